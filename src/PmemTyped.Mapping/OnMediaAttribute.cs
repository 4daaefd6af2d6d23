namespace PmemTyped.Mapping;

/// <summary>
/// Marks a struct that describes bytes on media. Such structs have an explicit size, no holes and fixed-width
/// little-endian fields; docs/format lists them.
/// </summary>
[AttributeUsage(AttributeTargets.Struct)]
public sealed class OnMediaAttribute : Attribute
{
    /// <summary>
    /// Gets or sets a value indicating whether the format was fixed by someone else, so that a field may cross a
    /// cache line.
    /// </summary>
    public bool IsForeignFormat { get; set; }
}
