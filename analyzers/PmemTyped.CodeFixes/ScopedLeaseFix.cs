using System.Collections.Immutable;
using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Formatting;
using PmemTyped.Analyzers.Rules;

namespace PmemTyped.CodeFixes;

/// <summary>Adds <c>scoped</c> or <c>using</c> to a lease or transaction.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
[Shared]
public sealed class ScopedLeaseFix : FixProvider
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = [LifetimeRules.LeaseNotScoped.Id, LifetimeRules.NeverDisposed.Id];

    /// <inheritdoc/>
    protected override void Offer(CodeFixContext context, SyntaxNode root, Diagnostic diagnostic)
    {
        if (root.FindNode(diagnostic.Location.SourceSpan).FirstAncestorOrSelf<VariableDeclarationSyntax>() is not { } declaration)
        {
            return;
        }

        if (diagnostic.Id == LifetimeRules.LeaseNotScoped.Id)
        {
            Register(
                context,
                diagnostic,
                "Add 'scoped'",
                "scoped",
                () => root.ReplaceNode(
                    declaration.Type,
                    SyntaxFactory.ScopedType(declaration.Type.WithoutLeadingTrivia())
                        .WithTriviaFrom(declaration.Type)
                        .WithAdditionalAnnotations(Formatter.Annotation)));
        }
        else if (declaration.Parent is LocalDeclarationStatementSyntax { Parent: BlockSyntax or GlobalStatementSyntax } statement)
        {
            SyntaxToken word = SyntaxFactory.Token(SyntaxKind.UsingKeyword).WithLeadingTrivia(statement.GetLeadingTrivia()).WithTrailingTrivia(SyntaxFactory.Space);
            Register(
                context,
                diagnostic,
                "Add 'using'",
                "using",
                () => root.ReplaceNode(statement, statement.WithoutLeadingTrivia().WithUsingKeyword(word)));
        }
    }
}
