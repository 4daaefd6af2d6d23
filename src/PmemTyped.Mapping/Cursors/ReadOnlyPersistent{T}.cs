namespace PmemTyped;

/// <summary>A cursor onto one object in a map, without stores. Valid inside the lease it came from.</summary>
/// <typeparam name="T">A type marked [PersistentLayout].</typeparam>
public readonly ref struct ReadOnlyPersistent<T>
    where T : unmanaged, IPersistentLayout<T>
{
    private readonly ref readonly T _target;

    internal ReadOnlyPersistent(ref readonly T target) => _target = ref target;

    /// <summary>Gets the object, in place.</summary>
    public ref readonly T Value => ref _target;
}
