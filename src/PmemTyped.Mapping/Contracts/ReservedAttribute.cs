namespace PmemTyped;

/// <summary>Marks a field as padding: never given a meaning, written as zero.</summary>
[AttributeUsage(AttributeTargets.Field)]
public sealed class ReservedAttribute : Attribute;
