// Holds one idea: the rules about layouts against the lock file. Each has a page in docs/diagnostics with the same number.
using Microsoft.CodeAnalysis;

namespace PmemTyped.Analyzers.Rules;

internal static class EvolutionRules
{
    private const string Category = "PmemTyped.Evolution";

    internal static readonly DiagnosticDescriptor NotRecorded = new(
        "PMT4001",
        "Layout not recorded",
        "Layout '{0}' version {1} has no line in PersistentLayouts.Unshipped.txt; it would be: {2}",
        Category,
        DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        helpLinkUri: "docs/diagnostics/PMT4001.md");

    internal static readonly DiagnosticDescriptor ChangedInPlace = new(
        "PMT4002",
        "Layout changed, version did not",
        "Layout '{0}' version {1} differs from its recorded line: {2}",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: "docs/diagnostics/PMT4002.md");

    internal static readonly DiagnosticDescriptor NoType = new(
        "PMT4003",
        "Recorded layout has no type",
        "Layout '{0}' version {1} is recorded, but no type declares it",
        Category,
        DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        helpLinkUri: "docs/diagnostics/PMT4003.md",
        customTags: WellKnownDiagnosticTags.CompilationEnd);

    internal static readonly DiagnosticDescriptor Incompatible = new(
        "PMT4004",
        "Incompatible with the previous version",
        "Layout '{0}' version {1} cannot read objects of version {2} and has no migration from it: {3}",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: "docs/diagnostics/PMT4004.md");

    internal static readonly DiagnosticDescriptor OnlyVersionChanged = new(
        "PMT4005",
        "Version changed, layout did not",
        "Layout '{0}' version {1} has the same fields as version {2}",
        Category,
        DiagnosticSeverity.Info,
        isEnabledByDefault: true,
        helpLinkUri: "docs/diagnostics/PMT4005.md");

    internal static readonly DiagnosticDescriptor NoMigration = new(
        "PMT4006",
        "No migration from the previous version",
        "Layout '{0}' version {1} has no migration from version {2}",
        Category,
        DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        helpLinkUri: "docs/diagnostics/PMT4006.md");

    internal static readonly DiagnosticDescriptor MalformedLockFile = new(
        "PMT4007",
        "Lock file malformed, unordered or duplicate line",
        "{0}",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: "docs/diagnostics/PMT4007.md",
        customTags: WellKnownDiagnosticTags.CompilationEnd);

    internal static readonly DiagnosticDescriptor RetiredBytesReused = new(
        "PMT4008",
        "Retired bytes reused",
        "Field '{0}' lies on bytes that '{1}' held in version {2} and that were reserved since",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: "docs/diagnostics/PMT4008.md");

    internal static readonly DiagnosticDescriptor VersionBackwards = new(
        "PMT4009",
        "Version goes backwards",
        "Layout '{0}' has version {1}, but version {2} is recorded",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: "docs/diagnostics/PMT4009.md",
        customTags: WellKnownDiagnosticTags.CompilationEnd);

    internal static readonly DiagnosticDescriptor FieldRenamed = new(
        "PMT4010",
        "Field renamed",
        "Field at offset {0} of '{1}' is recorded as '{2}', but is named '{3}'",
        Category,
        DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        helpLinkUri: "docs/diagnostics/PMT4010.md");
}
