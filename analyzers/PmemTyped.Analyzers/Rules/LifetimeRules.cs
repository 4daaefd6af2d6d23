// Holds one idea: the rules about how persistent memory is reached and for how long. Each has a page in docs/diagnostics with the same number.
using Microsoft.CodeAnalysis;

namespace PmemTyped.Analyzers.Rules;

internal static class LifetimeRules
{
    private const string Category = "PmemTyped.Lifetime";

    internal static readonly DiagnosticDescriptor LeaseNotScoped = new(
        "PMT3001",
        "Lease or transaction without scoped",
        "'{0}' is not scoped, so the compiler lets spans and cursors outlive it",
        Category,
        DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        helpLinkUri: "docs/diagnostics/PMT3001.md");

    internal static readonly DiagnosticDescriptor UsedAfterDispose = new(
        "PMT3002",
        "Used after its pool, map, lease or transaction has ended",
        "'{0}' is used after {1}",
        Category,
        DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        helpLinkUri: "docs/diagnostics/PMT3002.md");

    internal static readonly DiagnosticDescriptor StoreToReadOnly = new(
        "PMT3003",
        "Store through a read-only map",
        "{0}",
        Category,
        DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        helpLinkUri: "docs/diagnostics/PMT3003.md");

    internal static readonly DiagnosticDescriptor ProcessLocalValue = new(
        "PMT3004",
        "Process-local value stored on media",
        "'{0}' means nothing in another process, but is stored in '{1}'",
        Category,
        DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        helpLinkUri: "docs/diagnostics/PMT3004.md");

    internal static readonly DiagnosticDescriptor OtherPool = new(
        "PMT3005",
        "Reference into another pool",
        "The place of '{0}' in '{1}' is stored in '{2}', which lies in '{3}': offsets of one pool mean nothing in another",
        Category,
        DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        helpLinkUri: "docs/diagnostics/PMT3005.md");

    internal static readonly DiagnosticDescriptor DefaultCursor = new(
        "PMT3006",
        "Default cursor used",
        "'{0}' is default here: it leads to no object",
        Category,
        DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        helpLinkUri: "docs/diagnostics/PMT3006.md");

    internal static readonly DiagnosticDescriptor WritableReference = new(
        "PMT3007",
        "Writable reference to media",
        "Stores through '{0}' are the author's to flush; a property of the cursor says which field is stored",
        Category,
        DiagnosticSeverity.Info,
        isEnabledByDefault: true,
        helpLinkUri: "docs/diagnostics/PMT3007.md");

    internal static readonly DiagnosticDescriptor ChangedCopy = new(
        "PMT3008",
        "Change made to a copy",
        "'{0}' is a copy of persistent memory that is changed and never stored back",
        Category,
        DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        helpLinkUri: "docs/diagnostics/PMT3008.md");

    internal static readonly DiagnosticDescriptor VolatileState = new(
        "PMT3009",
        "Lock or other volatile state on media",
        "Field '{0}' of type '{1}' holds state of this process, which a crash leaves behind as it was",
        Category,
        DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        helpLinkUri: "docs/diagnostics/PMT3009.md");

    internal static readonly DiagnosticDescriptor CopiedReference = new(
        "PMT3010",
        "Self-relative reference copied off media",
        "'{0}' is a copy of a reference that counts from its own place; resolve it where it lies",
        Category,
        DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        helpLinkUri: "docs/diagnostics/PMT3010.md");

    internal static readonly DiagnosticDescriptor NeverDisposed = new(
        "PMT3011",
        "Lease or transaction never disposed",
        "'{0}' is never disposed: its map stays open, and the lane of a transaction is taken for ever",
        Category,
        DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        helpLinkUri: "docs/diagnostics/PMT3011.md");
}
