using System.Collections.Immutable;
using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using PmemTyped.Analyzers.Rules;

namespace PmemTyped.CodeFixes;

/// <summary>Deletes a flush, drain or store that every path proves to be superfluous.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
[Shared]
public sealed class DeleteStatementFix : FixProvider
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = [PerformanceRules.RedundantFlush.Id, PerformanceRules.RedundantDrain.Id, DurabilityRules.Overwritten.Id];

    /// <inheritdoc/>
    protected override void Offer(CodeFixContext context, SyntaxNode root, Diagnostic diagnostic)
    {
        if (StatementPlace.Of(root.FindNode(diagnostic.Location.SourceSpan)) is ExpressionStatementSyntax { Parent: BlockSyntax or GlobalStatementSyntax } statement
            && (diagnostic.Id != DurabilityRules.Overwritten.Id || HasNoOtherEffect(statement)))
        {
            Register(
                context,
                diagnostic,
                "Delete what is done already",
                "delete",
                () => root.RemoveNode(statement.Parent is GlobalStatementSyntax member ? member : statement, Keeps(statement))!);
        }
    }

    private static bool HasNoOtherEffect(ExpressionStatementSyntax store) =>
        store.Expression is AssignmentExpressionSyntax { RawKind: (int)SyntaxKind.SimpleAssignmentExpression } assignment
        && !assignment.DescendantNodes().Any(n => n is InvocationExpressionSyntax or ObjectCreationExpressionSyntax or AwaitExpressionSyntax
            or PostfixUnaryExpressionSyntax or ElementAccessExpressionSyntax || (n is AssignmentExpressionSyntax && n != assignment));

    /// <summary>Comments and directives around a statement stay when it goes.</summary>
    internal static SyntaxRemoveOptions Keeps(StatementSyntax statement) =>
        statement.GetLeadingTrivia().Concat(statement.GetTrailingTrivia()).Any(t => t.IsDirective || t.ToString().Trim().Length > 0)
            ? SyntaxRemoveOptions.KeepExteriorTrivia
            : SyntaxRemoveOptions.KeepNoTrivia;
}
