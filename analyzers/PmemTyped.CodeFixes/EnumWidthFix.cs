using System.Collections.Immutable;
using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Formatting;
using PmemTyped.Analyzers.Rules;

namespace PmemTyped.CodeFixes;

/// <summary>Writes down the width that an enum has already.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
[Shared]
public sealed class EnumWidthFix : CodeFixProvider
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = [LayoutRules.EnumWidthNotStated.Id];

    /// <inheritdoc/>
    public override FixAllProvider? GetFixAllProvider() => WellKnownFixAllProviders.BatchFixer;

    /// <inheritdoc/>
    public override async Task RegisterCodeFixesAsync(CodeFixContext context)
    {
        Document document = context.Document;
        if (await document.GetSyntaxRootAsync(context.CancellationToken).ConfigureAwait(false) is not { } root
            || await document.GetSemanticModelAsync(context.CancellationToken).ConfigureAwait(false) is not { } model
            || root.FindNode(context.Span).FirstAncestorOrSelf<VariableDeclarationSyntax>() is not { } declaration
            || model.GetTypeInfo(declaration.Type, context.CancellationToken).Type is not INamedTypeSymbol type)
        {
            return;
        }

        ITypeSymbol? element = type.TypeKind == TypeKind.Enum ? type : type.GetMembers().OfType<IFieldSymbol>().FirstOrDefault(f => !f.IsStatic)?.Type;
        if (element?.DeclaringSyntaxReferences.FirstOrDefault() is { } reference
            && document.Project.Solution.GetDocument(reference.SyntaxTree) is { } home
            && await reference.GetSyntaxAsync(context.CancellationToken).ConfigureAwait(false) is EnumDeclarationSyntax { BaseList: null } syntax)
        {
            context.RegisterCodeFix(
                CodeAction.Create($"Write '{syntax.Identifier.ValueText} : int'", token => AddWidthAsync(home, syntax, token), "width"), context.Diagnostics);
        }
    }

    private static async Task<Solution> AddWidthAsync(Document home, EnumDeclarationSyntax syntax, CancellationToken token)
    {
        BaseListSyntax width = SyntaxFactory.BaseList(SyntaxFactory.SingletonSeparatedList<BaseTypeSyntax>(
            SyntaxFactory.SimpleBaseType(SyntaxFactory.PredefinedType(SyntaxFactory.Token(SyntaxKind.IntKeyword)))))
            .WithColonToken(SyntaxFactory.Token(SyntaxKind.ColonToken).WithTrailingTrivia(SyntaxFactory.Space))
            .WithLeadingTrivia(SyntaxFactory.Space)
            .WithTrailingTrivia(syntax.Identifier.TrailingTrivia)
            .WithAdditionalAnnotations(Formatter.Annotation);
        SyntaxNode root = (await home.GetSyntaxRootAsync(token).ConfigureAwait(false))!;
        return home.WithSyntaxRoot(root.ReplaceNode(
            syntax, syntax.WithIdentifier(syntax.Identifier.WithTrailingTrivia()).WithBaseList(width))).Project.Solution;
    }
}
