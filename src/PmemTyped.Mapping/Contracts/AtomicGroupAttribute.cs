namespace PmemTyped;

/// <summary>
/// Says that fields of a layout must change together: after a crash either all of them are old or all are new. The
/// analyzers report stores that do not keep this; the attribute itself changes nothing.
/// </summary>
/// <param name="name">Name of the group; fields with the same name belong together.</param>
[AttributeUsage(AttributeTargets.Field | AttributeTargets.Property)]
public sealed class AtomicGroupAttribute(string name) : Attribute
{
    /// <summary>Gets the name of the group.</summary>
    public string Name { get; } = name;
}
