namespace PmemTyped;

/// <summary>Effect contract for the analyzers: the caller must have persisted the object before it passes it.</summary>
[AttributeUsage(AttributeTargets.Parameter)]
public sealed class RequiresPersistedAttribute : Attribute;
