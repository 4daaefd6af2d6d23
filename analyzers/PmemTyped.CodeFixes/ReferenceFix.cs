using System.Collections.Immutable;
using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using PmemTyped.Analyzers.Rules;

namespace PmemTyped.CodeFixes;

/// <summary>Resolves a reference where it lies, instead of its copy.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
[Shared]
public sealed class ReferenceFix : FixProvider
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = [LifetimeRules.CopiedReference.Id];

    /// <inheritdoc/>
    public override FixAllProvider? GetFixAllProvider() => null;

    /// <inheritdoc/>
    protected override void Offer(CodeFixContext context, SyntaxNode root, Diagnostic diagnostic)
    {
        if (root.FindNode(diagnostic.Location.SourceSpan).FirstAncestorOrSelf<VariableDeclaratorSyntax>() is not { Initializer.Value: { } source } copy
            || copy.FirstAncestorOrSelf<LocalDeclarationStatementSyntax>() is not { Parent: BlockSyntax block, Declaration.Variables.Count: 1 } declaration)
        {
            return;
        }

        IdentifierNameSyntax[] uses = [.. block.DescendantNodes().OfType<IdentifierNameSyntax>().Where(n => n.Identifier.ValueText == copy.Identifier.ValueText)];
        if (uses.All(u => u.Parent is MemberAccessExpressionSyntax member && member.Expression == u))
        {
            Register(context, diagnostic, $"Resolve '{source}' in place", "resolve", () => root
                .TrackNodes([declaration, .. uses])
                .Apply(r => r.ReplaceNodes(uses.Select(u => r.GetCurrentNode(u)!), (use, _) => source.WithTriviaFrom(use)))
                .Apply(r => r.RemoveNode(r.GetCurrentNode(declaration)!, SyntaxRemoveOptions.KeepUnbalancedDirectives)!));
        }
    }
}
