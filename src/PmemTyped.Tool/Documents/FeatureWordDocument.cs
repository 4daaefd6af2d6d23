namespace PmemTyped.Tool.Documents;

/// <summary>One feature word of the pool header.</summary>
/// <param name="Value">The word.</param>
/// <param name="Names">The name of each bit that is set, lowest first.</param>
internal sealed record FeatureWordDocument(uint Value, IReadOnlyList<string> Names);
