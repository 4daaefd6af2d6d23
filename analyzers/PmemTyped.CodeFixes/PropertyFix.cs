using System.Collections.Immutable;
using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using PmemTyped.Analyzers.Rules;

namespace PmemTyped.CodeFixes;

/// <summary>Turns an automatic property of a layout into the field that it hides.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
[Shared]
public sealed class PropertyFix : FixProvider
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = [LayoutRules.PropertyStorage.Id];

    /// <inheritdoc/>
    protected override void Offer(CodeFixContext context, SyntaxNode root, Diagnostic diagnostic)
    {
        if (root.FindNode(diagnostic.Location.SourceSpan).FirstAncestorOrSelf<PropertyDeclarationSyntax>() is
            { Initializer: null, ExplicitInterfaceSpecifier: null, AccessorList: { } accessors } property
            && accessors.Accessors.All(a => a is { Body: null, ExpressionBody: null }))
        {
            Register(context, diagnostic, "Make it a field", "field", () => root.ReplaceNode(property, Field(property)));
        }
    }

    private static FieldDeclarationSyntax Field(PropertyDeclarationSyntax property)
    {
        VariableDeclarationSyntax variable = SyntaxFactory.VariableDeclaration(
            property.Type, SyntaxFactory.SingletonSeparatedList(SyntaxFactory.VariableDeclarator(property.Identifier.WithTrailingTrivia())));
        SyntaxTokenList modifiers = SyntaxFactory.TokenList(property.Modifiers.Where(m => !m.IsKind(SyntaxKind.ReadOnlyKeyword) && !m.IsKind(SyntaxKind.RequiredKeyword)));
        return SyntaxFactory.FieldDeclaration(property.AttributeLists, modifiers, variable).WithTriviaFrom(property);
    }
}
