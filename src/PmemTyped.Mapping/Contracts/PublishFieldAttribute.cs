namespace PmemTyped;

/// <summary>
/// Marks the one 8-byte integer whose single aligned store makes the rest of the object reachable. Its setter is one
/// volatile store, its getter a volatile load.
/// </summary>
[AttributeUsage(AttributeTargets.Field | AttributeTargets.Property)]
public sealed class PublishFieldAttribute : Attribute;
