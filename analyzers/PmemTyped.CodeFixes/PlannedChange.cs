using Microsoft.CodeAnalysis;
using PmemTyped.Schema;

namespace PmemTyped.CodeFixes;

/// <summary>What the planner says of a layout after a change of its document, before the change is offered.</summary>
internal static class PlannedChange
{
    /// <summary>The problems of the layout then; null when it is gone.</summary>
    internal static IReadOnlyList<LayoutProblem>? Problems(
        Compilation compilation, SyntaxTree old, SyntaxNode changed, INamedTypeSymbol type, CancellationToken token)
    {
        Compilation next = compilation.ReplaceSyntaxTree(old, old.WithRootAndOptions(changed, old.Options));
        return DocumentationCommentId.CreateDeclarationId(type) is { } id
            && DocumentationCommentId.GetFirstSymbolForDeclarationId(id, next) is INamedTypeSymbol moved
                ? LayoutPlanner.Plan(moved, next, token).Problems
                : null;
    }
}
