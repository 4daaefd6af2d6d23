namespace PmemTyped;

/// <summary>Effect contract for the analyzers: the member drains every earlier flush of this thread.</summary>
[AttributeUsage(AttributeTargets.Method | AttributeTargets.Property | AttributeTargets.Parameter)]
public sealed class DrainsAttribute : Attribute;
