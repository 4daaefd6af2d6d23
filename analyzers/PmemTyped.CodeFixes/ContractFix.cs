using System.Collections.Immutable;
using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using PmemTyped.Analyzers.Rules;

namespace PmemTyped.CodeFixes;

/// <summary>Copies the contract of the base to a parameter.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
[Shared]
public sealed class ContractFix : FixProvider
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = [DurabilityRules.WeakerContract.Id];

    /// <inheritdoc/>
    protected override void Offer(CodeFixContext context, SyntaxNode root, Diagnostic diagnostic)
    {
        string attribute = PersistStatements.Property(diagnostic, Analyzers.FixKeys.Attribute);
        if (attribute.Length > 0 && root.FindNode(diagnostic.Location.SourceSpan).FirstAncestorOrSelf<ParameterSyntax>() is { } parameter)
        {
            AttributeListSyntax list = SyntaxFactory.AttributeList(SyntaxFactory.SingletonSeparatedList(
                SyntaxFactory.Attribute(SyntaxFactory.ParseName(attribute)))).WithTrailingTrivia(SyntaxFactory.Space);
            Register(
                context,
                diagnostic,
                $"Add [{attribute}]",
                "contract",
                () => root.ReplaceNode(parameter, parameter.WithoutLeadingTrivia().AddAttributeLists(list).WithLeadingTrivia(parameter.GetLeadingTrivia())));
        }
    }
}
