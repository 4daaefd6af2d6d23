namespace PmemTyped;

/// <summary>Effect contract for the analyzers: the member or parameter flushes a persistent object.</summary>
/// <param name="fields">Names of the fields; none means the whole object.</param>
[AttributeUsage(AttributeTargets.Method | AttributeTargets.Property | AttributeTargets.Parameter)]
public sealed class FlushesAttribute(params string[] fields) : Attribute
{
    /// <summary>Gets the names of the fields; empty means the whole object.</summary>
    public IReadOnlyList<string> Fields { get; } = fields;
}
