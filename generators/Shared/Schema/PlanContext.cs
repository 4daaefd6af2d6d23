using Microsoft.CodeAnalysis;

namespace PmemTyped.Schema;

/// <summary>What one planning run carries along: the compilation, its findings, and the layouts being planned.</summary>
internal sealed class PlanContext(
    Compilation compilation, IReadOnlyList<ISymbol> outerLayouts, CancellationToken cancellation)
{
    internal Compilation Compilation { get; } = compilation;

    internal CancellationToken Cancellation { get; } = cancellation;

    /// <summary>Layouts that contain the one being planned; a second appearance is a cycle.</summary>
    internal IReadOnlyList<ISymbol> OuterLayouts { get; } = outerLayouts;

    internal List<LayoutProblem> Problems { get; } = [];

    internal bool IsBlocked => Problems.Any(p => p.IsBlocking);

    internal void Add(ProblemKind kind, ISymbol symbol, string detail, int gap = 0) =>
        Problems.Add(new LayoutProblem(kind, symbol, detail, gap));

    internal FieldShape? Refuse(ProblemKind kind, ISymbol symbol, string detail)
    {
        Add(kind, symbol, detail);
        return null;
    }
}
