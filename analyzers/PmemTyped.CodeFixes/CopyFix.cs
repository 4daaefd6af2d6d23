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
        Register(
            context,
            diagnostic,
            $"Change '{source.Expression}' itself",
            "cursor",
            () =>
            {
                IdentifierNameSyntax[] uses =
                    [.. block.DescendantNodes().OfType<IdentifierNameSyntax>().Where(n => n.Identifier.ValueText == copy.Identifier.ValueText && n.Parent is MemberAccessExpressionSyntax)];
                SyntaxNode changed = root.TrackNodes([.. uses, declaration]);
                changed = changed.ReplaceNodes(
                    uses.Select(u => changed.GetCurrentNode(u)!), (use, _) => source.Expression.WithTriviaFrom(use));
                return changed.RemoveNode(changed.GetCurrentNode(declaration)!, SyntaxRemoveOptions.KeepUnbalancedDirectives)!;
            });
    }
}
