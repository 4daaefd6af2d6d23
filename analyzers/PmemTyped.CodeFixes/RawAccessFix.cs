using System.Collections.Immutable;
using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using PmemTyped.Analyzers.Rules;

namespace PmemTyped.CodeFixes;

/// <summary>Says what happens to a writable reference: through a property of the cursor, or by a contract of the callee.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
[Shared]
public sealed class RawAccessFix : FixProvider
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = [LifetimeRules.WritableReference.Id, DurabilityRules.RawEscape.Id];

    /// <inheritdoc/>
    protected override void Offer(CodeFixContext context, SyntaxNode root, Diagnostic diagnostic)
    {
        SyntaxNode node = root.FindNode(diagnostic.Location.SourceSpan, getInnermostNodeForTie: true);
        if (diagnostic.Id == LifetimeRules.WritableReference.Id
            && node is MemberAccessExpressionSyntax { Parent: MemberAccessExpressionSyntax outer } raw
            && outer.Expression == raw && IsAssigned(outer))
        {
            string field = outer.Name.Identifier.ValueText;
            Register(context, diagnostic, $"Use the property '{field}'", "property", () => root.ReplaceNode(raw, raw.Expression.WithTriviaFrom(raw)));
        }
        else if (diagnostic.Id == DurabilityRules.RawEscape.Id && CalleeOf(root, node) is { } parameter)
        {
            AttributeListSyntax stores = SyntaxFactory.AttributeList(SyntaxFactory.SingletonSeparatedList(
                SyntaxFactory.Attribute(SyntaxFactory.ParseName("global::PmemTyped.Stores").WithAdditionalAnnotations(Microsoft.CodeAnalysis.Simplification.Simplifier.Annotation))))
                .WithTrailingTrivia(SyntaxFactory.Space);
            Register(context, diagnostic, $"Add [Stores] to '{parameter.Identifier.ValueText}'", "stores", () => root.ReplaceNode(
                parameter, parameter.WithoutLeadingTrivia().AddAttributeLists(stores).WithLeadingTrivia(parameter.GetLeadingTrivia())));
        }
    }

    // A property of a nested layout gives a cursor, one of a buffer a span: only plain fields are stored the same way.
    private static bool IsAssigned(MemberAccessExpressionSyntax field) =>
        (field.Parent is AssignmentExpressionSyntax assignment && assignment.Left == field)
        || field.Parent is PostfixUnaryExpressionSyntax or PrefixUnaryExpressionSyntax { RawKind: (int)SyntaxKind.PreIncrementExpression or (int)SyntaxKind.PreDecrementExpression };

    /// <summary>The parameter that the reference is passed for, where the callee is the only one of its name in this document.</summary>
    private static ParameterSyntax? CalleeOf(SyntaxNode root, SyntaxNode node)
    {
        if (node.FirstAncestorOrSelf<ArgumentSyntax>() is not { NameColon: null, Parent: ArgumentListSyntax { Parent: InvocationExpressionSyntax call } list } argument)
        {
            return null;
        }

        string name = (call.Expression as MemberAccessExpressionSyntax)?.Name.Identifier.ValueText ?? call.Expression.ToString();
        List<ParameterListSyntax> callees =
        [
            .. root.DescendantNodes().OfType<MethodDeclarationSyntax>().Where(m => m.Identifier.ValueText == name).Select(m => m.ParameterList),
            .. root.DescendantNodes().OfType<LocalFunctionStatementSyntax>().Where(m => m.Identifier.ValueText == name).Select(m => m.ParameterList),
        ];
        int at = list.Arguments.IndexOf(argument);
        return callees.Count == 1 && at < callees[0].Parameters.Count ? callees[0].Parameters[at] : null;
    }
}
