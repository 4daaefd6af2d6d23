// Holds one idea: the rules about stores that do not reach the medium, or not in order. Each has a page in docs/diagnostics with the same number.
using Microsoft.CodeAnalysis;

namespace PmemTyped.Analyzers.Rules;

internal static class DurabilityRules
{
    private const string Category = "PmemTyped.Durability";

    internal static readonly DiagnosticDescriptor NeverFlushed = new(
        "PMT1001",
        "Stored, never flushed",
        "Store to '{0}'{1} can reach the end of '{2}' without being flushed",
        Category,
        DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        helpLinkUri: "docs/diagnostics/PMT1001.md");

    internal static readonly DiagnosticDescriptor NeverDrained = new(
        "PMT1002",
        "Flushed, never drained",
        "Flush of '{0}' can reach the end of '{1}' without being drained",
        Category,
        DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        helpLinkUri: "docs/diagnostics/PMT1002.md");

    internal static readonly DiagnosticDescriptor StoreAfterFlush = new(
        "PMT1003",
        "Store after the flush meant for it",
        "Store to '{0}'{1} comes after its flush and can reach the end of '{2}' without another one",
        Category,
        DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        helpLinkUri: "docs/diagnostics/PMT1003.md");

    internal static readonly DiagnosticDescriptor PublishedTooEarly = new(
        "PMT1004",
        "Published before its content is persisted",
        "'{0}' is published while its content{1} can still be unpersisted",
        Category,
        DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        helpLinkUri: "docs/diagnostics/PMT1004.md");

    internal static readonly DiagnosticDescriptor LinkedTooEarly = new(
        "PMT1005",
        "Linked before persisted",
        "'{0}' becomes reachable while it{1} can still be unpersisted",
        Category,
        DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        helpLinkUri: "docs/diagnostics/PMT1005.md");

    internal static readonly DiagnosticDescriptor TornGroup = new(
        "PMT1006",
        "Torn update of an atomic group",
        "Fields of the atomic group '{0}' of '{1}' are stored one by one: a crash between them is seen",
        Category,
        DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        helpLinkUri: "docs/diagnostics/PMT1006.md");

    internal static readonly DiagnosticDescriptor WideStore = new(
        "PMT1007",
        "Wide store is not atomic",
        "Store of {0} of '{1}' is not atomic: a crash can tear it, and the object can be seen meanwhile",
        Category,
        DiagnosticSeverity.Info,
        isEnabledByDefault: true,
        helpLinkUri: "docs/diagnostics/PMT1007.md");

    internal static readonly DiagnosticDescriptor SuspendedUnpersisted = new(
        "PMT1008",
        "Unpersisted at await or yield",
        "Store to '{0}'{1} is not persisted when '{2}' is suspended",
        Category,
        DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        helpLinkUri: "docs/diagnostics/PMT1008.md");

    internal static readonly DiagnosticDescriptor ArgumentUnpersisted = new(
        "PMT1009",
        "Argument must be persisted",
        "'{0}'{1} can be unpersisted when it is passed to '{2}', which requires it persisted",
        Category,
        DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        helpLinkUri: "docs/diagnostics/PMT1009.md");

    internal static readonly DiagnosticDescriptor UnpersistedByException = new(
        "PMT1010",
        "Left unpersisted by an exception",
        "Store to '{0}'{1} is not persisted when the exception leaves '{2}'",
        Category,
        DiagnosticSeverity.Info,
        isEnabledByDefault: false,
        helpLinkUri: "docs/diagnostics/PMT1010.md");

    internal static readonly DiagnosticDescriptor ContractNotKept = new(
        "PMT1011",
        "Contract not kept",
        "'{0}' is declared to be {1}, but can reach the end of '{2}' without",
        Category,
        DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        helpLinkUri: "docs/diagnostics/PMT1011.md");

    internal static readonly DiagnosticDescriptor WeakerContract = new(
        "PMT1012",
        "Weaker contract than the base",
        "Parameter '{0}' of '{1}' is declared without [{2}], which the member it stands for promises",
        Category,
        DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        helpLinkUri: "docs/diagnostics/PMT1012.md");

    internal static readonly DiagnosticDescriptor RawEscape = new(
        "PMT1013",
        "Raw write escapes the analysis",
        "Writable reference to '{0}' is passed to '{1}', which has no contract",
        Category,
        DiagnosticSeverity.Info,
        isEnabledByDefault: true,
        helpLinkUri: "docs/diagnostics/PMT1013.md");

    internal static readonly DiagnosticDescriptor Overwritten = new(
        "PMT1014",
        "Overwritten before persisted",
        "Store to '{0}'{1} is overwritten before it is persisted",
        Category,
        DiagnosticSeverity.Info,
        isEnabledByDefault: false,
        helpLinkUri: "docs/diagnostics/PMT1014.md");
}
