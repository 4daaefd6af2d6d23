using System.Collections.Immutable;
using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Formatting;
using PmemTyped.Analyzers.Rules;

namespace PmemTyped.CodeFixes;

/// <summary>Wraps the statements that follow a read in a test of its status.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
[Shared]
public sealed class StatusFix : FixProvider
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = [RecordRules.StatusIgnored.Id];

    /// <inheritdoc/>
    public override FixAllProvider? GetFixAllProvider() => null;

    /// <inheritdoc/>
    protected override void Offer(CodeFixContext context, SyntaxNode root, Diagnostic diagnostic)
    {
        if (StatementPlace.Of(root.FindNode(diagnostic.Location.SourceSpan)) is ExpressionStatementSyntax { Parent: BlockSyntax block } read)
        {
            Register(context, diagnostic, "Test the status", "status", () =>
                ReturnsValue(block, read) ? root.ReplaceNode(read, Guarded(read)) : root.ReplaceNode(block, Wrapped(block, read)));
        }
    }

    // Behind a test around it the method would have a way out without its result.
    private static bool ReturnsValue(BlockSyntax block, ExpressionStatementSyntax read) => block.Statements
        .Where(s => s.SpanStart > read.SpanStart)
        .SelectMany(s => s.DescendantNodesAndSelf(n => n is not (AnonymousFunctionExpressionSyntax or LocalFunctionStatementSyntax)))
        .Any(n => n is ReturnStatementSyntax { Expression: not null });

    private static StatementSyntax Guarded(ExpressionStatementSyntax read) => StatementPlace
        .Adapted(SyntaxFactory.ParseStatement(
            $"if ({read.Expression.WithoutTrivia()} != global::PmemTyped.BlockRecordStatus.Ok)\r\n{{\r\nthrow new global::System.InvalidOperationException(\"The record cannot be read.\");\r\n}}"))
        .WithTriviaFrom(read);

    private static BlockSyntax Wrapped(BlockSyntax block, ExpressionStatementSyntax read)
    {
        int at = block.Statements.IndexOf(read);
        SyntaxList<StatementSyntax> after = SyntaxFactory.List(block.Statements.Skip(at + 1));
        var test = (IfStatementSyntax)SyntaxFactory.ParseStatement($"if ({read.Expression.WithoutTrivia()} == global::PmemTyped.BlockRecordStatus.Ok)\n{{\n}}");
        IfStatementSyntax whole = test.WithStatement(SyntaxFactory.Block(after))
            .WithTriviaFrom(read)
            .WithAdditionalAnnotations(Formatter.Annotation, Microsoft.CodeAnalysis.Simplification.Simplifier.Annotation);
        return block.WithStatements(SyntaxFactory.List(block.Statements.Take(at).Append(whole)));
    }
}
