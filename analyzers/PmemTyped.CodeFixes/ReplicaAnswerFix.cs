using System.Collections.Immutable;
using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using PmemTyped.Analyzers.Rules;

namespace PmemTyped.CodeFixes;

/// <summary>Asks the answer of a replica to throw when the bytes are not there, if it can.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
[Shared]
public sealed class ReplicaAnswerFix : CodeFixProvider
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = [RecordRules.ReplicaResultIgnored.Id];

    /// <inheritdoc/>
    public override FixAllProvider? GetFixAllProvider() => WellKnownFixAllProviders.BatchFixer;

    /// <inheritdoc/>
    public override async Task RegisterCodeFixesAsync(CodeFixContext context)
    {
        if (await context.Document.GetSyntaxRootAsync(context.CancellationToken).ConfigureAwait(false) is not { } root
            || await context.Document.GetSemanticModelAsync(context.CancellationToken).ConfigureAwait(false) is not { } model
            || root.FindNode(context.Span, getInnermostNodeForTie: true).FirstAncestorOrSelf<InvocationExpressionSyntax>() is not { } call)
        {
            return;
        }

        ExpressionSyntax answer = call.Parent is AwaitExpressionSyntax awaited ? awaited : call;
        if (model.GetTypeInfo(answer, context.CancellationToken).Type is { } type
            && type.GetMembers().OfType<IMethodSymbol>().FirstOrDefault(m => m is { IsStatic: false, Parameters.IsEmpty: true, ReturnsVoid: true }
                && m.Name.StartsWith("Throw", StringComparison.Ordinal)) is { } check)
        {
            context.RegisterCodeFix(
                CodeAction.Create($"Check it with '{check.Name}'", _ => Task.FromResult(context.Document.WithSyntaxRoot(Checked(root, answer, check.Name))), "check"),
                context.Diagnostics);
        }
    }

    private static SyntaxNode Checked(SyntaxNode root, ExpressionSyntax answer, string check)
    {
        ExpressionSyntax bare = answer.WithoutTrivia();
        ExpressionSyntax receiver = bare is AwaitExpressionSyntax ? SyntaxFactory.ParenthesizedExpression(bare) : bare;
        return root.ReplaceNode(answer, SyntaxFactory.InvocationExpression(
            SyntaxFactory.MemberAccessExpression(SyntaxKind.SimpleMemberAccessExpression, receiver, SyntaxFactory.IdentifierName(check))).WithTriviaFrom(answer));
    }
}
