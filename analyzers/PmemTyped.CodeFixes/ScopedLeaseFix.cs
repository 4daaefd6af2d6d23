using System.Collections.Immutable;
using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Formatting;
using PmemTyped.Analyzers.Rules;

namespace PmemTyped.CodeFixes;

/// <summary>Adds <c>scoped</c> to a lease.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
[Shared]
public sealed class ScopedLeaseFix : FixProvider
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = [LifetimeRules.LeaseNotScoped.Id];

    /// <inheritdoc/>
    protected override void Offer(CodeFixContext context, SyntaxNode root, Diagnostic diagnostic)
    {
        if (root.FindNode(diagnostic.Location.SourceSpan).FirstAncestorOrSelf<VariableDeclarationSyntax>() is { } declaration)
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
    }
}
