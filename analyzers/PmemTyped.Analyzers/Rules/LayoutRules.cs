// Holds one idea: the text and severity of every rule. Each has a page in docs/diagnostics with the same number.
using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using PmemTyped.Schema;

namespace PmemTyped.Analyzers.Rules;

internal static class LayoutRules
{
    private const string LayoutCategory = "PmemTyped.Layout";
    private const string RecordCategory = "PmemTyped.Records";
    private const string MessageFormat = "'{0}': {1}";

    internal static readonly DiagnosticDescriptor NotPartial = new(
        "PMT0001",
        "Layout type must be partial",
        MessageFormat,
        LayoutCategory,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: "docs/diagnostics/PMT0001.md");

    internal static readonly DiagnosticDescriptor UnsupportedKind = new(
        "PMT0002",
        "Kind of type not supported",
        MessageFormat,
        LayoutCategory,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: "docs/diagnostics/PMT0002.md");

    internal static readonly DiagnosticDescriptor NotOnMedia = new(
        "PMT0003",
        "Field cannot live on media",
        MessageFormat,
        LayoutCategory,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: "docs/diagnostics/PMT0003.md");

    internal static readonly DiagnosticDescriptor ProcessDependentSize = new(
        "PMT0004",
        "Field size depends on process or processor",
        MessageFormat,
        LayoutCategory,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: "docs/diagnostics/PMT0004.md");

    internal static readonly DiagnosticDescriptor LayoutNotGuaranteed = new(
        "PMT0005",
        "Field layout is not guaranteed",
        MessageFormat,
        LayoutCategory,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: "docs/diagnostics/PMT0005.md");

    internal static readonly DiagnosticDescriptor NotBitPatterns = new(
        "PMT0006",
        "Field has values that are not bit patterns",
        MessageFormat,
        LayoutCategory,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: "docs/diagnostics/PMT0006.md");

    internal static readonly DiagnosticDescriptor EnumWidthNotStated = new(
        "PMT0007",
        "Enum width not stated",
        MessageFormat,
        LayoutCategory,
        DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        helpLinkUri: "docs/diagnostics/PMT0007.md");

    internal static readonly DiagnosticDescriptor HiddenPadding = new(
        "PMT0008",
        "Hidden padding",
        MessageFormat,
        LayoutCategory,
        DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        helpLinkUri: "docs/diagnostics/PMT0008.md");

    internal static readonly DiagnosticDescriptor Misaligned = new(
        "PMT0009",
        "Field is misaligned",
        MessageFormat,
        LayoutCategory,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: "docs/diagnostics/PMT0009.md");

    internal static readonly DiagnosticDescriptor StraddlesLine = new(
        "PMT0010",
        "Field straddles a cache line",
        MessageFormat,
        LayoutCategory,
        DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        helpLinkUri: "docs/diagnostics/PMT0010.md");

    internal static readonly DiagnosticDescriptor InvalidPublishField = new(
        "PMT0011",
        "Publish field must be one aligned 8-byte integer",
        MessageFormat,
        LayoutCategory,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: "docs/diagnostics/PMT0011.md");

    internal static readonly DiagnosticDescriptor Overlap = new(
        "PMT0012",
        "Fields overlap",
        MessageFormat,
        LayoutCategory,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: "docs/diagnostics/PMT0012.md");

    internal static readonly DiagnosticDescriptor TooManyFields = new(
        "PMT0013",
        "More than 64 fields",
        MessageFormat,
        LayoutCategory,
        DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        helpLinkUri: "docs/diagnostics/PMT0013.md");

    internal static readonly DiagnosticDescriptor FieldsInSeveralParts = new(
        "PMT0014",
        "Fields declared in several parts",
        MessageFormat,
        LayoutCategory,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: "docs/diagnostics/PMT0014.md");

    internal static readonly DiagnosticDescriptor NameHidden = new(
        "PMT0015",
        "Name is taken by generated code or the cursor",
        MessageFormat,
        LayoutCategory,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: "docs/diagnostics/PMT0015.md");

    internal static readonly DiagnosticDescriptor ConflictingStructLayout = new(
        "PMT0016",
        "Conflicting StructLayout",
        MessageFormat,
        LayoutCategory,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: "docs/diagnostics/PMT0016.md");

    /// <summary>Found by comparing all layouts of a project, not by planning one.</summary>
    internal static readonly DiagnosticDescriptor NameClaimedTwice = new(
        "PMT0017",
        "Two types claim one layout name and version",
        MessageFormat,
        LayoutCategory,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: "docs/diagnostics/PMT0017.md",
        customTags: WellKnownDiagnosticTags.CompilationEnd);

    internal static readonly DiagnosticDescriptor PropertyStorage = new(
        "PMT0018",
        "Property or constructor storage in a layout",
        MessageFormat,
        LayoutCategory,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: "docs/diagnostics/PMT0018.md");

    internal static readonly DiagnosticDescriptor UnusableDeclaration = new(
        "PMT0019",
        "Layout declaration cannot be used",
        MessageFormat,
        LayoutCategory,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: "docs/diagnostics/PMT0019.md");

    internal static readonly DiagnosticDescriptor RecordDoesNotFit = new(
        "PMT5001",
        "Record does not fit its block",
        MessageFormat,
        RecordCategory,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: "docs/diagnostics/PMT5001.md");

    private static readonly Dictionary<ProblemKind, DiagnosticDescriptor> s_byKind = new()
    {
        [ProblemKind.NotPartial] = NotPartial,
        [ProblemKind.UnsupportedKind] = UnsupportedKind,
        [ProblemKind.NotOnMedia] = NotOnMedia,
        [ProblemKind.ProcessDependentSize] = ProcessDependentSize,
        [ProblemKind.LayoutNotGuaranteed] = LayoutNotGuaranteed,
        [ProblemKind.NotBitPatterns] = NotBitPatterns,
        [ProblemKind.EnumWidthNotStated] = EnumWidthNotStated,
        [ProblemKind.HiddenPadding] = HiddenPadding,
        [ProblemKind.Misaligned] = Misaligned,
        [ProblemKind.StraddlesLine] = StraddlesLine,
        [ProblemKind.InvalidPublishField] = InvalidPublishField,
        [ProblemKind.Overlap] = Overlap,
        [ProblemKind.TooManyFields] = TooManyFields,
        [ProblemKind.FieldsInSeveralParts] = FieldsInSeveralParts,
        [ProblemKind.NameHidden] = NameHidden,
        [ProblemKind.ConflictingStructLayout] = ConflictingStructLayout,
        [ProblemKind.PropertyStorage] = PropertyStorage,
        [ProblemKind.UnusableDeclaration] = UnusableDeclaration,
        [ProblemKind.RecordDoesNotFit] = RecordDoesNotFit,
    };

    internal static ImmutableArray<DiagnosticDescriptor> All { get; } = [.. s_byKind.Values];

    /// <summary>The rule of a problem, or null where the compiler has spoken already.</summary>
    internal static DiagnosticDescriptor? Of(ProblemKind kind) =>
        s_byKind.TryGetValue(kind, out DiagnosticDescriptor? rule) ? rule : null;
}
