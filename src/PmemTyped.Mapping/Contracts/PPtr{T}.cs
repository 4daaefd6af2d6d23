namespace PmemTyped;

/// <summary>
/// A reference to an object in a region: an offset, so it means the same wherever the region is mapped, in this process and
/// the next. Following it checks that an object of the type is there. The default value is the null reference. It can be kept
/// anywhere and as long as the object lives.
/// </summary>
/// <typeparam name="T">What it points to.</typeparam>
/// <param name="Offset">Byte offset in the region; 0 is the null reference.</param>
public readonly record struct PPtr<T>(long Offset)
    where T : unmanaged, IPersistentLayout<T>
{
    /// <summary>Gets a value indicating whether it refers to nothing.</summary>
    public bool IsNull => Offset == 0;

    /// <summary>The same reference as a field of a layout holds it.</summary>
    /// <param name="reference">The reference.</param>
    public static implicit operator PPtr(PPtr<T> reference) => new(reference.Offset);
}
