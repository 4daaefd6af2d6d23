namespace PmemTyped;

/// <summary>
/// What is known of a persistent layout without looking at an instance. Implemented by the generator for every
/// type marked <see cref="PersistentLayoutAttribute"/>; do not implement it by hand.
/// </summary>
/// <typeparam name="TSelf">The layout itself.</typeparam>
public interface IPersistentLayout<TSelf>
    where TSelf : unmanaged, IPersistentLayout<TSelf>
{
    /// <summary>Gets the name on media, UTF-8; renaming the C# type does not change it.</summary>
    static abstract ReadOnlySpan<byte> LayoutName { get; }

    /// <summary>Gets the version of the layout.</summary>
    static abstract int LayoutVersion { get; }

    /// <summary>
    /// Gets the fingerprint of the wire shape: name, version, size, alignment, offsets and types, but no C# names.
    /// </summary>
    static abstract ulong LayoutHash { get; }

    /// <summary>
    /// Gets the whole layout as one line of UTF-8, field names included:
    /// <c>bank.account@2 size=64 align=64 hash=8c1d4f0a53b7e296 { 0:Id:i64 8:Balance:i64 }</c>.
    /// </summary>
    static abstract ReadOnlySpan<byte> LayoutDescription { get; }

    /// <summary>Gets the size in bytes.</summary>
    static abstract int Size { get; }

    /// <summary>Gets the alignment in bytes, a power of two.</summary>
    static abstract int Alignment { get; }

    /// <summary>Gets offset and length in bytes of every field, in turn.</summary>
    static abstract ReadOnlySpan<int> FieldRanges { get; }

    /// <summary>
    /// Gets for every field a mask of the 64-byte lines it touches; empty unless the alignment is at least 64 and
    /// the size at most 4096.
    /// </summary>
    static abstract ReadOnlySpan<ulong> FieldLines { get; }

    /// <summary>The C# name of a field.</summary>
    /// <param name="index">Its position in <see cref="FieldRanges"/>, counted in fields.</param>
    static abstract string FieldName(int index);

    /// <summary>Throws when the runtime laid the struct out differently than the generator planned.</summary>
    /// <exception cref="PmemInvariantException">It did.</exception>
    static abstract void VerifyLayout();

    /// <summary>Names the layouts that the fields point to or contain; nothing for a layout without either.</summary>
    /// <param name="visitor">Is called for each, possibly again.</param>
    static virtual void VisitReferences(ILayoutVisitor visitor)
    {
    }
}
