namespace PmemTyped.Tool.Documents;

/// <summary>What "pmt target init" and "pmt target certificate" made: folders to copy to others.</summary>
internal sealed record CertificatesDocument(string Path, string? Authority, string? Target, IReadOnlyList<string> Clients);
