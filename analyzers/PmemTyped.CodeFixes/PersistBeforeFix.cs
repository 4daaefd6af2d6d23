using System.Collections.Immutable;
using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using PmemTyped.Analyzers.Rules;

namespace PmemTyped.CodeFixes;

/// <summary>Persists an object before it is published, linked or passed on.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
[Shared]
public sealed class PersistBeforeFix : FixProvider
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = [DurabilityRules.PublishedTooEarly.Id, DurabilityRules.LinkedTooEarly.Id, DurabilityRules.ArgumentUnpersisted.Id];

    /// <inheritdoc/>
    protected override void Offer(CodeFixContext context, SyntaxNode root, Diagnostic diagnostic)
    {
        if (StatementPlace.Of(root.FindNode(diagnostic.Location.SourceSpan)) is { } statement and not LocalDeclarationStatementSyntax)
        {
            Register(
                context,
                diagnostic,
                $"Persist '{PersistStatements.Subject(diagnostic)}' before",
                "before",
                () => StatementPlace.InsertBefore(root, statement, StatementPlace.Parse(PersistStatements.Persist(diagnostic))));
        }
    }
}
