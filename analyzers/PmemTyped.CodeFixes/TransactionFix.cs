using System.Collections.Immutable;
using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using PmemTyped.Analyzers;
using PmemTyped.Analyzers.Rules;

namespace PmemTyped.CodeFixes;

/// <summary>
/// Changes an object in a transaction: where the method shows the reference that the cursor was made of, and the one region
/// that it can be of. An object of a bare map has neither, and is left alone.
/// </summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
[Shared]
public sealed class TransactionFix : CodeFixProvider
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = [DurabilityRules.TornGroup.Id];

    /// <inheritdoc/>
    public override FixAllProvider? GetFixAllProvider() => null;

    /// <inheritdoc/>
    public override async Task RegisterCodeFixesAsync(CodeFixContext context)
    {
        Diagnostic diagnostic = context.Diagnostics[0];
        if (await context.Document.GetSyntaxRootAsync(context.CancellationToken).ConfigureAwait(false) is { } root
            && await context.Document.GetSemanticModelAsync(context.CancellationToken).ConfigureAwait(false) is { } model
            && StatementPlace.Of(root.FindNode(context.Span)) is { Parent: BlockSyntax block }
            && Declaration(block, PersistStatements.Property(diagnostic, FixKeys.Root)) is { } cursor
            && ReferenceOf(cursor, model) is { } reference
            && RegionAt(model, cursor.SpanStart) is { } region
            && LastUse(block, cursor) is { } last)
        {
            context.RegisterCodeFix(
                CodeAction.Create(
                    $"Change '{cursor.Declaration.Variables[0].Identifier.ValueText}' in a transaction",
                    _ => Task.FromResult(context.Document.WithSyntaxRoot(root.ReplaceNode(block, Wrapped(block, cursor, last, reference, region)))),
                    "transaction"),
                context.Diagnostics);
        }
    }

    private static LocalDeclarationStatementSyntax? Declaration(BlockSyntax block, string name) => block.Statements
        .OfType<LocalDeclarationStatementSyntax>()
        .FirstOrDefault(d => d.Declaration.Variables is { Count: 1 } variables && variables[0].Identifier.ValueText == name);

    // lease.At<T>(reference.Offset)
    private static ExpressionSyntax? ReferenceOf(LocalDeclarationStatementSyntax cursor, SemanticModel model) =>
        cursor.Declaration.Variables[0].Initializer?.Value is InvocationExpressionSyntax
        {
            Expression: MemberAccessExpressionSyntax { Name.Identifier.ValueText: "At" },
            ArgumentList.Arguments: { Count: 1 } arguments,
        }
        && arguments[0].Expression is MemberAccessExpressionSyntax { Name.Identifier.ValueText: "Offset" } place
        && model.GetTypeInfo(place.Expression).Type is INamedTypeSymbol { Name: "PPtr", Arity: 1, ContainingNamespace.Name: "PmemTyped" }
            ? place.Expression
            : null;

    private static string? RegionAt(SemanticModel model, int position)
    {
        string[] regions =
        [
            .. model.LookupSymbols(position)
                .Where(s => s switch
                {
                    ILocalSymbol local => IsRegion(local.Type) && local.Locations[0].SourceSpan.Start < position,
                    IParameterSymbol parameter => IsRegion(parameter.Type),
                    IFieldSymbol field => IsRegion(field.Type),
                    IPropertySymbol property => IsRegion(property.Type),
                    _ => false,
                })
                .Select(s => s.Name),
        ];
        return regions.Length == 1 ? regions[0] : null;
    }

    private static bool IsRegion(ITypeSymbol type) => type is { Name: "PersistentRegion", ContainingNamespace.Name: "PmemTyped" };

    /// <summary>The last statement of the block that mentions the cursor; null when a way out lies before it.</summary>
    private static StatementSyntax? LastUse(BlockSyntax block, LocalDeclarationStatementSyntax cursor)
    {
        string name = cursor.Declaration.Variables[0].Identifier.ValueText;
        StatementSyntax last = block.Statements.Last(s => s.DescendantNodes().OfType<IdentifierNameSyntax>().Any(n => n.Identifier.ValueText == name));
        return block.Statements.SkipWhile(s => s != cursor).TakeWhile(s => s.SpanStart <= last.SpanStart).SelectMany(s => s.DescendantNodesAndSelf())
            .Any(n => n is ReturnStatementSyntax or GotoStatementSyntax or BreakStatementSyntax or ContinueStatementSyntax or AwaitExpressionSyntax)
                ? null
                : last;
    }

    // The persist at the end becomes the commit, which persists; others before it stay.
    private static BlockSyntax Wrapped(
        BlockSyntax block, LocalDeclarationStatementSyntax cursor, StatementSyntax last, ExpressionSyntax reference, string region)
    {
        string name = block.DescendantTokens().Any(t => t.ValueText == "transaction") ? "transactionOf" + region : "transaction";
        ExpressionSyntax update = SyntaxFactory.ParseExpression($"{name}.Update({reference})");
        StatementSyntax commit = StatementPlace.Parse($"{name}.Commit();");
        bool isPersist = last is ExpressionStatementSyntax
        {
            Expression: InvocationExpressionSyntax
            {
                ArgumentList.Arguments.Count: 0,
                Expression: MemberAccessExpressionSyntax { Name.Identifier.ValueText: "Persist" },
            },
        };
        BlockSyntax tracked = block.TrackNodes(cursor, last);
        StatementSyntax end = tracked.GetCurrentNode(last)!;
        tracked = isPersist ? tracked.ReplaceNode(end, commit.WithTriviaFrom(end)) : tracked.InsertNodesAfter(end, [commit]);
        StatementSyntax declaration = tracked.GetCurrentNode(cursor)!;
        tracked = tracked.ReplaceNode(declaration, declaration.ReplaceNode(((LocalDeclarationStatementSyntax)declaration).Declaration.Variables[0].Initializer!.Value, update));
        StatementSyntax begin = StatementPlace.Parse($"using scoped var {name} = {region}.BeginTransaction();");
        return tracked.InsertNodesBefore(tracked.Statements[block.Statements.IndexOf(cursor)], [begin]);
    }
}
