namespace PmemTyped;

/// <summary>
/// Effect contract for the analyzers: the member, parameter or result may be left with stores that are not persisted yet;
/// the caller persists them.
/// </summary>
/// <param name="fields">Names of the fields; none means the whole object.</param>
[AttributeUsage(AttributeTargets.Method | AttributeTargets.Property | AttributeTargets.Parameter | AttributeTargets.ReturnValue)]
public sealed class LeavesUnpersistedAttribute(params string[] fields) : Attribute
{
    /// <summary>Gets the names of the fields; empty means the whole object.</summary>
    public IReadOnlyList<string> Fields { get; } = fields;
}
