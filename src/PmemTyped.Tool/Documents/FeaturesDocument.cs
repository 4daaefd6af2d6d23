namespace PmemTyped.Tool.Documents;

/// <summary>What "pmt feature" and "pmt convert" tell: the features that a pool has now.</summary>
internal sealed record FeaturesDocument(string Path, bool IsChanged, IReadOnlyList<string> Features);
