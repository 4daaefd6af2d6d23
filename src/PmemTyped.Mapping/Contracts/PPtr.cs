namespace PmemTyped;

/// <summary>
/// A reference as a field of a layout: <c>[PointsTo&lt;Node&gt;] public PPtr Next;</c>. Its typed form is
/// <see cref="PPtr{T}"/>, which the cursor's members take and give. A struct cannot have a field of a type that is generic
/// over itself, so the type is in the attribute.
/// </summary>
/// <param name="Offset">Byte offset in the region; 0 is the null reference.</param>
public readonly record struct PPtr(long Offset)
{
    /// <summary>Gets a value indicating whether it refers to nothing.</summary>
    public bool IsNull => Offset == 0;

    /// <summary>The same reference with its type. It is checked when it is followed.</summary>
    /// <typeparam name="T">What it points to.</typeparam>
    public PPtr<T> To<T>()
        where T : unmanaged, IPersistentLayout<T> => new(Offset);
}
