// Holds one idea: the rules about persistence work that buys nothing. Each has a page in docs/diagnostics with the same number.
using Microsoft.CodeAnalysis;

namespace PmemTyped.Analyzers.Rules;

internal static class PerformanceRules
{
    private const string Category = "PmemTyped.Performance";

    internal static readonly DiagnosticDescriptor RedundantFlush = new(
        "PMT2001",
        "Flush of what is already persisted",
        "'{0}' is persisted already on every path to this flush",
        Category,
        DiagnosticSeverity.Info,
        isEnabledByDefault: true,
        helpLinkUri: "docs/diagnostics/PMT2001.md");

    internal static readonly DiagnosticDescriptor RedundantDrain = new(
        "PMT2002",
        "Drain with nothing flushed",
        "Nothing was flushed since the last drain on any path to this one",
        Category,
        DiagnosticSeverity.Info,
        isEnabledByDefault: true,
        helpLinkUri: "docs/diagnostics/PMT2002.md");

    internal static readonly DiagnosticDescriptor SameLine = new(
        "PMT2003",
        "Two flushes, one cache line",
        "'{0}' is flushed twice in a row on one cache line: name both field sets in one flush",
        Category,
        DiagnosticSeverity.Info,
        isEnabledByDefault: true,
        helpLinkUri: "docs/diagnostics/PMT2003.md");

    internal static readonly DiagnosticDescriptor DrainInLoop = new(
        "PMT2004",
        "Drain inside a loop",
        "Every round waits for the medium: flush '{0}' in the loop and drain once after it",
        Category,
        DiagnosticSeverity.Info,
        isEnabledByDefault: true,
        helpLinkUri: "docs/diagnostics/PMT2004.md");

    internal static readonly DiagnosticDescriptor WholeObjectFlushed = new(
        "PMT2005",
        "Whole object flushed for one field",
        "All {0} bytes of '{1}' are flushed, but only {2} was stored",
        Category,
        DiagnosticSeverity.Info,
        isEnabledByDefault: true,
        helpLinkUri: "docs/diagnostics/PMT2005.md");

    internal static readonly DiagnosticDescriptor FieldAsLoopVariable = new(
        "PMT2006",
        "Persistent field as loop variable",
        "'{0}.{1}' is stored in every round: count in a local and store it once",
        Category,
        DiagnosticSeverity.Info,
        isEnabledByDefault: true,
        helpLinkUri: "docs/diagnostics/PMT2006.md");
}
