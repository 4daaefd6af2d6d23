using System.Collections.Immutable;
using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using PmemTyped.Analyzers.Rules;

namespace PmemTyped.CodeFixes;

/// <summary>Completes a flush: makes it a persist, or drains after it.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
[Shared]
public sealed class DrainFix : FixProvider
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = [DurabilityRules.NeverDrained.Id];

    /// <inheritdoc/>
    protected override void Offer(CodeFixContext context, SyntaxNode root, Diagnostic diagnostic)
    {
        SyntaxNode node = root.FindNode(diagnostic.Location.SourceSpan, getInnermostNodeForTie: true);
        string name = PersistStatements.Root(diagnostic);
        StatementSyntax? last = StatementPlace.AfterStores(root, [diagnostic.Location], name);
        bool isAfterLoop = last is not null && !last.Span.Equals(StatementPlace.Of(node)?.Span);
        if (!isAfterLoop && node is InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Name: { Identifier.ValueText: "Flush" } flush } })
        {
            Register(
                context,
                diagnostic,
                $"Persist '{name}' instead of flushing it",
                "persist",
                () => root.ReplaceNode(flush, SyntaxFactory.IdentifierName("Persist").WithTriviaFrom(flush)));
        }

        if (last is not null)
        {
            Register(
                context, diagnostic, $"Drain after the flush of '{name}'", "drain", () => StatementPlace.InsertAfter(root, last, StatementPlace.Parse($"{name}.Drain();")));
        }
    }
}
