using System.Collections.Immutable;
using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using PmemTyped.Analyzers.Rules;

namespace PmemTyped.CodeFixes;

/// <summary>Takes work out of a loop: one drain after it, one store of a count after it.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
[Shared]
public sealed class LoopFix : FixProvider
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = [PerformanceRules.DrainInLoop.Id, PerformanceRules.FieldAsLoopVariable.Id];

    /// <inheritdoc/>
    public override FixAllProvider? GetFixAllProvider() => null;

    /// <inheritdoc/>
    protected override void Offer(CodeFixContext context, SyntaxNode root, Diagnostic diagnostic)
    {
        SyntaxNode node = root.FindNode(diagnostic.Location.SourceSpan, getInnermostNodeForTie: true);
        StatementSyntax? loop = node.Ancestors().OfType<StatementSyntax>()
            .FirstOrDefault(s => s is ForStatementSyntax or CommonForEachStatementSyntax or WhileStatementSyntax or DoStatementSyntax);
        if (loop is not { Parent: BlockSyntax } || loop.DescendantNodes().Any(n => n is ReturnStatementSyntax or GotoStatementSyntax or ThrowStatementSyntax or ThrowExpressionSyntax))
        {
            return;
        }

        if (diagnostic.Id == PerformanceRules.DrainInLoop.Id)
        {
            OfferDrain(context, root, diagnostic, node, loop);
        }
        else if (CounterOf(node) is { } counter)
        {
            Register(context, diagnostic, $"Count in a local and store '{counter}' once", "local", () => Counted(root, loop, counter));
        }
    }

    private static void OfferDrain(CodeFixContext context, SyntaxNode root, Diagnostic diagnostic, SyntaxNode node, StatementSyntax loop)
    {
        if (node.FirstAncestorOrSelf<InvocationExpressionSyntax>() is not { Expression: MemberAccessExpressionSyntax member, Parent: ExpressionStatementSyntax { Parent: BlockSyntax } statement }
            || LeaseOf(loop, member.Expression.ToString()) is not { } lease)
        {
            return;
        }

        Register(context, diagnostic, "Drain once after the loop", "drain", () =>
        {
            SyntaxNode tracked = root.TrackNodes(loop, statement, member.Name);
            tracked = member.Name.Identifier.ValueText == "Drain"
                ? tracked.RemoveNode(tracked.GetCurrentNode(statement)!, DeleteStatementFix.Keeps(statement))!
                : tracked.ReplaceNode(tracked.GetCurrentNode(member.Name)!, SyntaxFactory.IdentifierName("Flush").WithTriviaFrom(member.Name));
            return StatementPlace.InsertAfter(tracked, tracked.GetCurrentNode(loop)!, StatementPlace.Parse($"{lease}.Drain();"));
        });
    }

    /// <summary>The lease that each round takes its object from; it is there after the loop, the object is not.</summary>
    private static string? LeaseOf(StatementSyntax loop, string name) => loop.DescendantNodes().OfType<VariableDeclaratorSyntax>()
        .Where(v => v.Identifier.ValueText == name)
        .Select(v => v.Initializer?.Value)
        .OfType<InvocationExpressionSyntax>()
        .Select(c => c.Expression is MemberAccessExpressionSyntax { Name.Identifier.ValueText: "At", Expression: IdentifierNameSyntax lease } ? lease.Identifier.ValueText : null)
        .FirstOrDefault();

    private static MemberAccessExpressionSyntax? CounterOf(SyntaxNode node) => node switch
    {
        AssignmentExpressionSyntax assignment => assignment.Left,
        PostfixUnaryExpressionSyntax postfix => postfix.Operand,
        PrefixUnaryExpressionSyntax prefix => prefix.Operand,
        _ => null,
    } as MemberAccessExpressionSyntax;

    private static SyntaxNode Counted(SyntaxNode root, StatementSyntax loop, MemberAccessExpressionSyntax counter)
    {
        string field = counter.ToString();
        string[] taken = [.. root.DescendantTokens().Select(t => t.ValueText)];
        string local = char.ToLowerInvariant(counter.Name.Identifier.ValueText[0]) + counter.Name.Identifier.ValueText.Substring(1);
        local = taken.Contains(local) ? local + "InLoop" : local;
        MemberAccessExpressionSyntax[] uses = [.. loop.DescendantNodes().OfType<MemberAccessExpressionSyntax>().Where(m => m.ToString() == field)];
        SyntaxNode tracked = root.TrackNodes([loop, .. uses]);
        tracked = tracked.ReplaceNodes(uses.Select(u => tracked.GetCurrentNode(u)!), (use, _) => SyntaxFactory.IdentifierName(local).WithTriviaFrom(use));
        tracked = StatementPlace.InsertAfter(tracked, tracked.GetCurrentNode(loop)!, StatementPlace.Parse($"{field} = {local};"));
        return StatementPlace.InsertBefore(tracked, tracked.GetCurrentNode(loop)!, StatementPlace.Parse($"var {local} = {field};"));
    }
}
