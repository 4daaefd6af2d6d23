using System.Collections.Immutable;
using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using PmemTyped.Analyzers.Rules;

namespace PmemTyped.CodeFixes;

/// <summary>Names the fields of a flush: those that were stored, or those of two flushes together.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
[Shared]
public sealed class NarrowFlushFix : FixProvider
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = [PerformanceRules.WholeObjectFlushed.Id, PerformanceRules.SameLine.Id];

    /// <inheritdoc/>
    public override FixAllProvider? GetFixAllProvider() => null;

    /// <inheritdoc/>
    protected override void Offer(CodeFixContext context, SyntaxNode root, Diagnostic diagnostic)
    {
        if (root.FindNode(diagnostic.Location.SourceSpan, getInnermostNodeForTie: true).FirstAncestorOrSelf<InvocationExpressionSyntax>() is not { } flush)
        {
            return;
        }

        if (diagnostic.Id == PerformanceRules.WholeObjectFlushed.Id)
        {
            string fields = PersistStatements.FieldSet(diagnostic);
            if (fields.Length > 0 && flush.ArgumentList.Arguments.Count == 0)
            {
                Register(context, diagnostic, $"Flush only '{PersistStatements.Property(diagnostic, Analyzers.FixKeys.Fields)}'", "narrow", () =>
                    root.ReplaceNode(flush.ArgumentList, Arguments(fields).WithTriviaFrom(flush.ArgumentList)));
            }
        }
        else if (Before(flush) is var (statement, first))
        {
            Register(context, diagnostic, "Name both field sets in one flush", "merge", () => root
                .TrackNodes(statement, flush)
                .Apply(r => r.ReplaceNode(r.GetCurrentNode(flush)!, Merged(first, flush)))
                .Apply(r => r.RemoveNode(r.GetCurrentNode(statement)!, SyntaxRemoveOptions.KeepUnbalancedDirectives)!));
        }
    }

    /// <summary>The statement above, if it flushes fields of the same object and no comment would be lost with it.</summary>
    private static (StatementSyntax Statement, InvocationExpressionSyntax Flush)? Before(InvocationExpressionSyntax flush)
    {
        if (flush.Parent is not ExpressionStatementSyntax { Parent: BlockSyntax block } own || block.Statements.IndexOf(own) is not (> 0 and var at)
            || block.Statements[at - 1] is not ExpressionStatementSyntax { Expression: InvocationExpressionSyntax first } statement
            || statement.GetLeadingTrivia().Concat(statement.GetTrailingTrivia()).Any(t => t.ToString().Trim().Length > 0))
        {
            return null;
        }

        bool isSame = Receiver(first) is { } receiver && receiver == Receiver(flush)
            && first.ArgumentList.Arguments.Count == 1 && flush.ArgumentList.Arguments.Count == 1;
        return isSame ? (statement, first) : null;
    }

    private static string? Receiver(InvocationExpressionSyntax call) =>
        call.Expression is MemberAccessExpressionSyntax { Name.Identifier.ValueText: "Flush" or "Persist" } member ? member.Expression.ToString() : null;

    private static InvocationExpressionSyntax Merged(InvocationExpressionSyntax first, InvocationExpressionSyntax second)
    {
        var name = (MemberAccessExpressionSyntax)first.Expression;
        ExpressionSyntax target = name.Name.Identifier.ValueText == "Persist" ? name : second.Expression;
        return second
            .WithExpression(target.WithTriviaFrom(second.Expression))
            .WithArgumentList(Arguments(first.ArgumentList.Arguments[0] + " | " + second.ArgumentList.Arguments[0]).WithTriviaFrom(second.ArgumentList));
    }

    private static ArgumentListSyntax Arguments(string fields) => StatementPlace.Adapted(SyntaxFactory.ParseArgumentList($"({fields})"));
}
