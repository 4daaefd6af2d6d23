namespace PmemTyped.Tool.Documents;

/// <summary>What a growth brought.</summary>
internal sealed record GrownDocument(string Path, long BlocksGained, long BlockCount);
