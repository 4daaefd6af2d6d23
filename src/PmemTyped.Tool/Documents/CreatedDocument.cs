namespace PmemTyped.Tool.Documents;

/// <summary>What "pmt create" tells.</summary>
internal sealed record CreatedDocument(string Path, int BlockSize, long BlockCount, bool IsLaidOut, string Durability);
