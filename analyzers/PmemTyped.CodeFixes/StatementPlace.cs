using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Formatting;
using Microsoft.CodeAnalysis.Simplification;

namespace PmemTyped.CodeFixes;

/// <summary>Where a statement can be inserted, and how: comments stay where they are, blocks are made where there is none.</summary>
internal static class StatementPlace
{
    /// <summary>
    /// The statement after which stores can be persisted: in the innermost block that holds them all, after the last one,
    /// and after a loop if the object exists outside of it. Null when a way out lies between.
    /// </summary>
    internal static StatementSyntax? AfterStores(SyntaxNode root, IReadOnlyList<Location> stores, string objectName)
    {
        List<SyntaxNode> nodes = [.. stores.Select(s => root.FindNode(s.SourceSpan, getInnermostNodeForTie: true)).OrderBy(n => n.SpanStart)];
        for (SyntaxNode? at = nodes[0]; at is not null && at is not (MemberDeclarationSyntax or AnonymousFunctionExpressionSyntax or LocalFunctionStatementSyntax); at = at.Parent)
        {
            if (at is not BlockSyntax block || nodes.Any(n => !block.Span.Contains(n.Span)))
            {
                continue;
            }

            if (block.Parent is ForStatementSyntax or ForEachStatementSyntax or WhileStatementSyntax or DoStatementSyntax
                && !Declares(block.Parent, objectName))
            {
                continue;
            }

            StatementSyntax last = block.Statements.Last(s => s.Span.Contains(nodes[nodes.Count - 1].SpanStart));
            return HasWayOut(last, block.Statements.First(s => s.Span.Contains(nodes[0].SpanStart)), nodes[0].SpanStart) ? null : last;
        }

        return null;
    }

    /// <summary>The first statement of a block that holds all stores: a scope can begin before it.</summary>
    internal static StatementSyntax? BeforeStores(SyntaxNode root, IReadOnlyList<Location> stores)
    {
        List<SyntaxNode> nodes = [.. stores.Select(s => root.FindNode(s.SourceSpan, getInnermostNodeForTie: true)).OrderBy(n => n.SpanStart)];
        BlockSyntax? block = nodes[0].Ancestors()
            .TakeWhile(a => a is not (MemberDeclarationSyntax or AnonymousFunctionExpressionSyntax))
            .OfType<BlockSyntax>()
            .FirstOrDefault(b => nodes.All(n => b.Span.Contains(n.Span)));
        return block?.Statements.First(s => s.Span.Contains(nodes[0].SpanStart));
    }

    /// <summary>The statement that holds a node.</summary>
    internal static StatementSyntax? Of(SyntaxNode node) => node.AncestorsAndSelf()
        .TakeWhile(a => a is not (MemberDeclarationSyntax or AnonymousFunctionExpressionSyntax))
        .OfType<StatementSyntax>()
        .FirstOrDefault();

    internal static StatementSyntax Parse(string text) => Adapted(SyntaxFactory.ParseStatement(text))
        .WithLeadingTrivia(SyntaxFactory.ElasticMarker)
        .WithTrailingTrivia(SyntaxFactory.ElasticCarriageReturnLineFeed);

    /// <summary>Marks new code for the editor, which lays it out and shortens its names; the mark of a whole is not followed down to each name.</summary>
    internal static TNode Adapted<TNode>(TNode added)
        where TNode : SyntaxNode =>
        added
            .ReplaceNodes(added.DescendantNodes().OfType<MemberAccessExpressionSyntax>(), (_, name) => name.WithAdditionalAnnotations(Simplifier.Annotation))
            .WithAdditionalAnnotations(Formatter.Annotation, Simplifier.Annotation);

    internal static SyntaxNode InsertAfter(SyntaxNode root, StatementSyntax place, StatementSyntax added) =>
        CanHold(place.Parent)
            ? root.InsertNodesAfter(place, [added])
            : root.ReplaceNode(place, Block(place.WithoutTrivia(), added).WithTriviaFrom(place));

    internal static SyntaxNode InsertBefore(SyntaxNode root, StatementSyntax place, StatementSyntax added) =>
        !CanHold(place.Parent)
            ? root.ReplaceNode(place, Block(added, place.WithoutTrivia()).WithTriviaFrom(place))
            : place is LabeledStatementSyntax labeled
            ? root.ReplaceNode(place, [labeled.WithStatement(added), labeled.Statement])
            : root.InsertNodesBefore(place, [added]);

    private static bool CanHold(SyntaxNode? parent) => parent is BlockSyntax or SwitchSectionSyntax;

    private static BlockSyntax Block(params StatementSyntax[] statements) =>
        SyntaxFactory.Block(statements).WithAdditionalAnnotations(Formatter.Annotation);

    private static bool Declares(SyntaxNode scope, string objectName)
    {
        string first = objectName.Split('.', '(', '[')[0];
        return scope.DescendantNodes().Any(n => n is VariableDeclaratorSyntax declarator && declarator.Identifier.ValueText == first
            || (n is SingleVariableDesignationSyntax single && single.Identifier.ValueText == first));
    }

    private static bool HasWayOut(StatementSyntax last, StatementSyntax first, int start) => first.Parent!.DescendantNodes()
        .Where(n => n.SpanStart > start && n.SpanStart < last.Span.End)
        .Any(n => n is ReturnStatementSyntax or GotoStatementSyntax);
}
