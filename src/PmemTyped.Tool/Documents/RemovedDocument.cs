namespace PmemTyped.Tool.Documents;

/// <summary>One file of "pmt rm".</summary>
internal sealed record RemovedDocument(string Path, bool IsRemoved);
