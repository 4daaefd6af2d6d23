namespace PmemTyped;

/// <summary>
/// Marks a partial struct without fields as text of a fixed number of UTF-8 bytes, for use as a field of a layout.
/// The generator writes the storage and the conversions from and to <see cref="string"/>.
/// </summary>
/// <param name="lengthBytes">Capacity in bytes, at least 1. Shorter text is filled up with zeros.</param>
[AttributeUsage(AttributeTargets.Struct)]
public sealed class Utf8TextAttribute(int lengthBytes) : Attribute
{
    /// <summary>Gets the capacity in UTF-8 bytes.</summary>
    public int LengthBytes { get; } = lengthBytes;
}
