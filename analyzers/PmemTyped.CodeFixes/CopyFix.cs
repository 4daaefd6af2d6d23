using System.Collections.Immutable;
using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using PmemTyped.Analyzers.Rules;

namespace PmemTyped.CodeFixes;

/// <summary>Makes changes to a copy through the cursor that it was copied from.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
[Shared]
public sealed class CopyFix : FixProvider
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = [LifetimeRules.ChangedCopy.Id];

    /// <inheritdoc/>
    protected override void Offer(CodeFixContext context, SyntaxNode root, Diagnostic diagnostic)
    {
        // What was reached for reading has no setters.
        if (PersistStatements.Property(diagnostic, Analyzers.FixKeys.Root).Length == 0)
        {
            return;
        }

        if (root.FindNode(diagnostic.Location.SourceSpan).DescendantNodesAndSelf().OfType<IdentifierNameSyntax>().FirstOrDefault() is not { } copy
            || copy.Ancestors().OfType<BlockSyntax>().SelectMany(b => b.Statements.OfType<LocalDeclarationStatementSyntax>())
                .FirstOrDefault(d => d.Declaration.Variables is { Count: 1 } variables
                    && variables[0] is { Initializer.Value: MemberAccessExpressionSyntax } v && v.Identifier.ValueText == copy.Identifier.ValueText)
                is not { Parent: BlockSyntax block } declaration)
        {
            return;
        }

        var source = (MemberAccessExpressionSyntax)declaration.Declaration.Variables[0].Initializer!.Value;
        IdentifierNameSyntax[] uses =
            [.. block.DescendantNodes().OfType<IdentifierNameSyntax>().Where(n => n.Identifier.ValueText == copy.Identifier.ValueText && n.Parent is MemberAccessExpressionSyntax)];
        string cursor = source.Expression.WithoutTrivia().ToString();
        bool isPersisted = IsPersisted(block, cursor, uses[uses.Length - 1]);
        StatementSyntax? last = isPersisted ? null : StatementPlace.AfterStores(root, [.. uses.Select(u => u.GetLocation())], cursor);
        if (!isPersisted && last is null)
        {
            return;
        }

        Register(
            context,
            diagnostic,
            $"Change '{cursor}' itself",
            "cursor",
            () =>
            {
                SyntaxNode changed = root.TrackNodes(last is null ? [.. uses, declaration] : [.. uses, declaration, last]);
                changed = changed.ReplaceNodes(
                    uses.Select(u => changed.GetCurrentNode(u)!), (use, _) => source.Expression.WithTriviaFrom(use));
                changed = last is null
                    ? changed
                    : StatementPlace.InsertAfter(changed, changed.GetCurrentNode(last)!, StatementPlace.Parse($"{cursor}.Persist();"));
                return changed.RemoveNode(changed.GetCurrentNode(declaration)!, SyntaxRemoveOptions.KeepUnbalancedDirectives)!;
            });
    }

    // By the block itself, behind the last change: through the cursor, or by the transaction that gave it.
    private static bool IsPersisted(BlockSyntax block, string cursor, SyntaxNode change) => block.Statements
        .OfType<ExpressionStatementSyntax>()
        .Where(s => s.SpanStart > change.SpanStart)
        .Any(s => s.Expression is InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax call }
            && (call.Name.Identifier.ValueText == "Commit"
                || (call.Name.Identifier.ValueText is "Persist" or "Flush" && call.Expression.ToString() == cursor)));
}
