namespace PmemTyped;

/// <summary>Marks a field as padding: never given a meaning, written as zero.</summary>
[AttributeUsage(AttributeTargets.Field | AttributeTargets.Property)]
public sealed class ReservedAttribute : Attribute;
