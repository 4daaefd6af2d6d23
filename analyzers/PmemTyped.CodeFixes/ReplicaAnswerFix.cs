using System.Collections.Immutable;
using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using PmemTyped.Analyzers.Rules;

namespace PmemTyped.CodeFixes;

/// <summary>
/// Waits for the answer of a replica where the method can, and throws where a call of the C interface answers with an error.
/// What to do about replicas that are missing is nothing that a fix can know.
/// </summary>
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
            || root.FindNode(context.Span, getInnermostNodeForTie: true).FirstAncestorOrSelf<InvocationExpressionSyntax>() is not
            { Parent: ExpressionStatementSyntax statement, Expression: MemberAccessExpressionSyntax member } call
            || model.GetTypeInfo(call, context.CancellationToken).Type is not { } type)
        {
            return;
        }

        if (type.SpecialType == SpecialType.System_Int32)
        {
            Register(context, $"Throw when '{member.Name}' fails", "check", () => root.ReplaceNode(statement, Checked(statement, member)));
        }
        else if (type is { Name: "Task", IsDefinition: true } && IsAsync(call))
        {
            Register(context, $"Wait for '{member.Name}'", "await", () => root.ReplaceNode(call, SyntaxFactory.AwaitExpression(
                SyntaxFactory.Token(SyntaxKind.AwaitKeyword).WithTrailingTrivia(SyntaxFactory.Space), call.WithoutLeadingTrivia()).WithLeadingTrivia(call.GetLeadingTrivia())));
        }
    }

    private static void Register(CodeFixContext context, string title, string kind, Func<SyntaxNode> change) => context.RegisterCodeFix(
        CodeAction.Create(title, _ => Task.FromResult(context.Document.WithSyntaxRoot(change())), kind), context.Diagnostics);

    private static bool IsAsync(SyntaxNode node) => node.Ancestors()
        .FirstOrDefault(a => a is MemberDeclarationSyntax or AnonymousFunctionExpressionSyntax or LocalFunctionStatementSyntax or LockStatementSyntax) switch
    {
        MethodDeclarationSyntax method => method.Modifiers.Any(SyntaxKind.AsyncKeyword),
        AnonymousFunctionExpressionSyntax lambda => lambda.Modifiers.Any(SyntaxKind.AsyncKeyword),
        LocalFunctionStatementSyntax function => function.Modifiers.Any(SyntaxKind.AsyncKeyword),
        _ => false,
    };

    private static StatementSyntax Checked(ExpressionStatementSyntax statement, MemberAccessExpressionSyntax member) =>
        StatementPlace.Adapted(SyntaxFactory.ParseStatement(
            $"if ({statement.Expression.WithoutTrivia()} != 0)\r\n{{\r\nthrow new global::System.InvalidOperationException({member.Expression}.LastMessage);\r\n}}"))
            .WithTriviaFrom(statement);
}
