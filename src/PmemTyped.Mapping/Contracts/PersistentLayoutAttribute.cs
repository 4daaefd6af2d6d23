namespace PmemTyped;

/// <summary>
/// Marks a partial struct whose instances live on media. The generator writes everything else: layout facts, typed
/// access to mapped memory, and the record serializer.
/// </summary>
/// <param name="name">
/// Name on media, stable for ever; the full C# name when null, which then must not change.
/// </param>
[AttributeUsage(AttributeTargets.Struct)]
public sealed class PersistentLayoutAttribute(string? name = null) : Attribute
{
    /// <summary>Gets the name on media, or null for the full C# name.</summary>
    public string? Name { get; } = name;

    /// <summary>Gets or sets the version; raise it with every change of the fields. Default 1.</summary>
    public int Version { get; set; } = 1;

    /// <summary>Gets or sets the alignment in bytes, a power of two; 0 means the largest alignment of a field.</summary>
    public int Alignment { get; set; }
}
