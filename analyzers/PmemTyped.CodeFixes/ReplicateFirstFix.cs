using System.Collections.Immutable;
using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using PmemTyped.Analyzers.Rules;

namespace PmemTyped.CodeFixes;

/// <summary>Sends the content to the replica before it is published here; what is sent later stays, for it has the publish field.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
[Shared]
public sealed class ReplicateFirstFix : FixProvider
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = [RecordRules.PublishedBeforeReplica.Id];

    /// <inheritdoc/>
    protected override void Offer(CodeFixContext context, SyntaxNode root, Diagnostic diagnostic)
    {
        if (diagnostic.AdditionalLocations.Count == 1
            && StatementPlace.Of(root.FindNode(diagnostic.Location.SourceSpan)) is { } publish and not LocalDeclarationStatementSyntax
            && root.FindNode(diagnostic.AdditionalLocations[0].SourceSpan, getInnermostNodeForTie: true)
                .FirstAncestorOrSelf<InvocationExpressionSyntax>() is { Expression: MemberAccessExpressionSyntax member } call
            && member.Name.Identifier.ValueText.Contains("Persist")
            && StatementPlace.Of(call) is ExpressionStatementSyntax send
            && publish.Span.End < send.SpanStart && IsKnownBefore(send, publish))
        {
            Register(
                context,
                diagnostic,
                $"Send the content with '{member.Name}' before",
                "send",
                () => StatementPlace.InsertBefore(root, publish, StatementPlace.Parse(send.WithoutTrivia().ToString())));
        }
    }

    // Nothing that the call mentions is declared behind the place where it will stand.
    private static bool IsKnownBefore(ExpressionStatementSyntax send, StatementSyntax publish)
    {
        HashSet<string> mentioned = [.. send.DescendantNodes().OfType<IdentifierNameSyntax>().Select(n => n.Identifier.ValueText)];
        return send.Ancestors().Last().DescendantNodes()
            .Where(n => n.SpanStart >= publish.SpanStart && n.SpanStart < send.Span.End)
            .All(n => n switch
            {
                VariableDeclaratorSyntax declared => !mentioned.Contains(declared.Identifier.ValueText),
                SingleVariableDesignationSyntax declared => !mentioned.Contains(declared.Identifier.ValueText),
                _ => true,
            });
    }
}
