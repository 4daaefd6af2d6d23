using Microsoft.CodeAnalysis;

namespace PmemTyped.Schema;

/// <summary>What is wrong with a layout; the value is the number of the rule.</summary>
internal enum ProblemKind
{
    /// <summary>The compiler reports it already.</summary>
    CompilerError = 0,
    NotPartial = 1,
    UnsupportedKind = 2,
    NotOnMedia = 3,
    ProcessDependentSize = 4,
    LayoutNotGuaranteed = 5,
    NotBitPatterns = 6,
    EnumWidthNotStated = 7,
    HiddenPadding = 8,
    Misaligned = 9,
    StraddlesLine = 10,
    InvalidPublishField = 11,
    Overlap = 12,
    TooManyFields = 13,
    FieldsInSeveralParts = 14,
    NameHidden = 15,
    ConflictingStructLayout = 16,
    PropertyStorage = 18,
    UnusableDeclaration = 19,
    RecordDoesNotFit = 5001,
}

/// <summary>A finding: lives only inside one transform or one analyzer callback, never in a model.</summary>
/// <param name="Kind">The rule.</param>
/// <param name="Symbol">Where it is reported.</param>
/// <param name="Detail">The part of the message that the rule does not know; a clause without full stop.</param>
/// <param name="Gap">Reserved bytes before the field that would repair it; 0 where none would.</param>
internal readonly record struct LayoutProblem(ProblemKind Kind, ISymbol Symbol, string Detail, int Gap = 0)
{
    /// <summary>Whether nothing can be generated because of it.</summary>
    internal bool IsBlocking => Kind
        is not ProblemKind.EnumWidthNotStated
        and not ProblemKind.HiddenPadding
        and not ProblemKind.StraddlesLine
        and not ProblemKind.TooManyFields
        and not ProblemKind.RecordDoesNotFit;
}

/// <summary>Result of planning: findings, and a model unless one of them blocks.</summary>
internal sealed class Plan<TModel>(TModel? model, IReadOnlyList<LayoutProblem> problems)
    where TModel : class
{
    internal TModel? Model { get; } = model;

    internal IReadOnlyList<LayoutProblem> Problems { get; } = problems;
}
