// Holds one idea: the rules about records in blocks. Each has a page in docs/diagnostics with the same number.
using Microsoft.CodeAnalysis;

namespace PmemTyped.Analyzers.Rules;

internal static class RecordRules
{
    private const string Category = "PmemTyped.Records";

    internal static readonly DiagnosticDescriptor StatusIgnored = new(
        "PMT5002",
        "Read status ignored",
        "The status of '{0}' is ignored, so '{1}' may be default",
        Category,
        DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        helpLinkUri: "docs/diagnostics/PMT5002.md");

    internal static readonly DiagnosticDescriptor ReplicaResultIgnored = new(
        "PMT5003",
        "Replica result ignored",
        "The result of '{0}' is ignored: whether the replica has the bytes stays unknown",
        Category,
        DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        helpLinkUri: "docs/diagnostics/PMT5003.md");

    internal static readonly DiagnosticDescriptor ReplicatedHeader = new(
        "PMT5004",
        "Replicated range touches the reserved header",
        "The range starts at offset {0}, inside the {1} bytes of the header that each side keeps for itself",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: "docs/diagnostics/PMT5004.md");

    internal static readonly DiagnosticDescriptor WithoutCodec = new(
        "PMT5005",
        "Block written without its record codec",
        "The bytes of '{0}' are written without header and checksum, so no typed pool will read them",
        Category,
        DiagnosticSeverity.Info,
        isEnabledByDefault: true,
        helpLinkUri: "docs/diagnostics/PMT5005.md");

    internal static readonly DiagnosticDescriptor PublishedBeforeReplica = new(
        "PMT5006",
        "Published locally before the replica has the content",
        "'{0}' is published here, but its content reaches the replica only later",
        Category,
        DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        helpLinkUri: "docs/diagnostics/PMT5006.md");
}
