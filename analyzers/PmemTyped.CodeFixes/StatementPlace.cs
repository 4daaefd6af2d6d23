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
        HashSet<string> names = [.. SyntaxFactory.ParseExpression(objectName).DescendantTokens().Select(t => t.ValueText)];
        foreach (SyntaxNode at in AncestorsInMember(nodes[0]))
        {
            if (nodes.Any(n => !at.Span.Contains(n.Span)))
            {
                continue;
            }

            SyntaxNode? loop = at is SwitchSectionSyntax ? at.Parent : at.Parent is { } parent && IsLoop(parent) ? parent : null;
            if (loop is not null && Declares(loop, names) && at is StatementSyntax and not BlockSyntax)
            {
                return HasWayOut(at, nodes[0].SpanStart, at.Span.End) ? null : (StatementSyntax)at;
            }

            if (StatementsOf(at) is not { Count: > 0 } statements || (loop is not null && !Declares(loop, names)))
            {
                continue;
            }

            StatementSyntax last = statements.Last(s => s.Span.Contains(nodes[nodes.Count - 1].SpanStart));
            return HasWayOut(at, nodes[0].SpanStart, last.Span.End) ? null : last;
        }

        return null;
    }

    /// <summary>
    /// The first statement of a block that holds all stores: a scope can begin before it. Null when the object is not known
    /// there yet.
    /// </summary>
    internal static StatementSyntax? BeforeStores(SyntaxNode root, IReadOnlyList<Location> stores, string objectName)
    {
        List<SyntaxNode> nodes = [.. stores.Select(s => root.FindNode(s.SourceSpan, getInnermostNodeForTie: true)).OrderBy(n => n.SpanStart)];
        SyntaxNode? block = AncestorsInMember(nodes[0])
            .FirstOrDefault(a => a is not SwitchSectionSyntax && StatementsOf(a).Count > 0 && nodes.All(n => a.Span.Contains(n.Span)));
        StatementSyntax? first = block is null ? null : StatementsOf(block).First(s => s.Span.Contains(nodes[0].SpanStart));
        return first is not null && !Declares(first, [objectName]) ? first : null;
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
        place.Parent is GlobalStatementSyntax member
            ? root.InsertNodesAfter(member, [Global(added)])
            : CanHold(place.Parent)
            ? root.InsertNodesAfter(place, [added])
            : root.ReplaceNode(place, Block(place.WithoutTrivia(), added).WithTriviaFrom(place));

    internal static SyntaxNode InsertBefore(SyntaxNode root, StatementSyntax place, StatementSyntax added) =>
        place.Parent is GlobalStatementSyntax member
            ? root.InsertNodesBefore(member, [Global(added)])
            : !CanHold(place.Parent)
            ? root.ReplaceNode(place, Block(added, place.WithoutTrivia()).WithTriviaFrom(place))
            : place is LabeledStatementSyntax labeled
            ? root.ReplaceNode(place, [labeled.WithStatement(added), labeled.Statement])
            : root.InsertNodesBefore(place, [added]);

    /// <summary>The statements of a block, a section of a switch, or a program without a class.</summary>
    private static IReadOnlyList<StatementSyntax> StatementsOf(SyntaxNode node) => node switch
    {
        BlockSyntax block => block.Statements,
        SwitchSectionSyntax section => section.Statements,
        CompilationUnitSyntax unit => unit.Members.OfType<GlobalStatementSyntax>().Select(g => g.Statement).ToList(),
        _ => [],
    };

    // A statement without a class is a member in syntax, and the end of no function.
    private static IEnumerable<SyntaxNode> AncestorsInMember(SyntaxNode node) => node.AncestorsAndSelf().TakeWhile(a =>
        a is GlobalStatementSyntax or not (MemberDeclarationSyntax or AnonymousFunctionExpressionSyntax or LocalFunctionStatementSyntax));

    // Between members the editor leaves a line free, unless their distance is given.
    private static GlobalStatementSyntax Global(StatementSyntax added) =>
        SyntaxFactory.GlobalStatement(added.WithoutLeadingTrivia().WithTrailingTrivia(SyntaxFactory.CarriageReturnLineFeed));

    private static bool IsLoop(SyntaxNode node) => node is ForStatementSyntax or CommonForEachStatementSyntax or WhileStatementSyntax or DoStatementSyntax;

    private static bool CanHold(SyntaxNode? parent) => parent is BlockSyntax or SwitchSectionSyntax;

    private static BlockSyntax Block(params StatementSyntax[] statements) =>
        SyntaxFactory.Block(statements).WithAdditionalAnnotations(Formatter.Annotation);

    private static bool Declares(SyntaxNode scope, HashSet<string> names) => scope.DescendantNodesAndSelf().Any(n => n switch
    {
        VariableDeclaratorSyntax declarator => names.Contains(declarator.Identifier.ValueText),
        SingleVariableDesignationSyntax single => names.Contains(single.Identifier.ValueText),
        ForEachStatementSyntax each => names.Contains(each.Identifier.ValueText),
        _ => false,
    });

    private static bool HasWayOut(SyntaxNode scope, int from, int to) => scope.DescendantNodes()
        .Any(n => n.SpanStart > from && n.SpanStart < to && n is ReturnStatementSyntax or GotoStatementSyntax);
}
