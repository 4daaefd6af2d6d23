using System.Collections.Immutable;
using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using PmemTyped.Analyzers.Rules;

namespace PmemTyped.CodeFixes;

/// <summary>Persists stores that nothing flushes: after the last of them, or when the scope ends.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
[Shared]
public sealed class PersistStoresFix : FixProvider
{
    // More would leave the choice to somebody who reads titles only.
    private const int MaxTitles = 2;

    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = [DurabilityRules.NeverFlushed.Id, DurabilityRules.StoreAfterFlush.Id, DurabilityRules.SuspendedUnpersisted.Id, DurabilityRules.UnpersistedByException.Id];

    /// <inheritdoc/>
    protected override void Offer(CodeFixContext context, SyntaxNode root, Diagnostic diagnostic)
    {
        Location[] stores = [.. diagnostic.AdditionalLocations, diagnostic.Location];
        string name = PersistStatements.Root(diagnostic);
        if (diagnostic.Id == DurabilityRules.StoreAfterFlush.Id && MovedFlush(root, diagnostic) is { } moved)
        {
            Register(context, diagnostic, $"Move the flush of '{name}' below the store", "move", moved);
            return;
        }

        int offered = 0;
        if (diagnostic.Id != DurabilityRules.UnpersistedByException.Id && StatementPlace.AfterStores(root, stores, name) is { } last)
        {
            offered++;
            Register(
                context,
                diagnostic,
                $"Persist '{PersistStatements.Subject(diagnostic)}' after the last store",
                "persist",
                () => StatementPlace.InsertAfter(root, last, StatementPlace.Parse(PersistStatements.Persist(diagnostic))));
        }

        if (StatementPlace.BeforeStores(root, stores, name) is { } first && IsName(name))
        {
            offered++;
            Register(
                context,
                diagnostic,
                $"Persist '{name}' when the scope ends",
                "scope",
                () => StatementPlace.InsertBefore(root, first, Scope(first, name)));
        }

        if (offered < MaxTitles && diagnostic.Id == DurabilityRules.NeverFlushed.Id && ParameterOf(root, diagnostic, name) is { } parameter)
        {
            Register(context, diagnostic, $"Leave '{name}' to the caller: [LeavesUnpersisted]", "leave", () => root.ReplaceNode(parameter, Left(parameter)));
        }
    }

    // Where the method is the only one between the store and the parameter; a lambda has no callers that could be told.
    private static ParameterSyntax? ParameterOf(SyntaxNode root, Diagnostic diagnostic, string name) =>
        root.FindNode(diagnostic.Location.SourceSpan).Ancestors()
            .FirstOrDefault(a => a is MemberDeclarationSyntax or AnonymousFunctionExpressionSyntax or LocalFunctionStatementSyntax) is BaseMethodDeclarationSyntax method
            ? method.ParameterList.Parameters.FirstOrDefault(p => p.Identifier.ValueText == name)
            : null;

    private static ParameterSyntax Left(ParameterSyntax parameter)
    {
        AttributeListSyntax list = SyntaxFactory.AttributeList(SyntaxFactory.SingletonSeparatedList(SyntaxFactory.Attribute(
            SyntaxFactory.ParseName("global::PmemTyped.LeavesUnpersisted").WithAdditionalAnnotations(Microsoft.CodeAnalysis.Simplification.Simplifier.Annotation))))
            .WithTrailingTrivia(SyntaxFactory.Space);
        return parameter.WithoutLeadingTrivia().AddAttributeLists(list).WithLeadingTrivia(parameter.GetLeadingTrivia());
    }

    // The scope takes the lines above the first store with it, so that their comments stay with the store.
    internal static StatementSyntax Scope(StatementSyntax first, string name)
    {
        string[] taken = [.. first.Ancestors().First(a => a is BlockSyntax or CompilationUnitSyntax).DescendantTokens().Select(t => t.ValueText)];
        string scope = name + "Persist";
        for (int i = 2; taken.Contains(scope); i++)
        {
            scope = name + "Persist" + i.ToString(System.Globalization.CultureInfo.InvariantCulture);
        }

        return StatementPlace.Parse($"using var {scope} = {name}.BeginPersist();");
    }

    private static bool IsName(string name) => SyntaxFacts.IsValidIdentifier(name);

    // What stands above the flush belongs to the lines, what stands behind it to the flush.
    private static BlockSyntax Moved(BlockSyntax block, int from, int to)
    {
        StatementSyntax flush = block.Statements[from];
        StatementSyntax next = block.Statements[from + 1];
        SyntaxTrivia[] indentation = [.. flush.GetLeadingTrivia().Reverse().TakeWhile(t => t.IsKind(SyntaxKind.WhitespaceTrivia))];
        List<StatementSyntax> statements = [.. block.Statements];
        statements.Insert(to + 1, flush.WithLeadingTrivia(indentation));
        statements[from + 1] = next.WithLeadingTrivia(flush.GetLeadingTrivia().Concat(next.GetLeadingTrivia().SkipWhile(t => t.IsKind(SyntaxKind.WhitespaceTrivia))));
        statements.RemoveAt(from);
        return block.WithStatements(SyntaxFactory.List(statements));
    }

    // Only over stores to the same object that publish nothing: every other order may be meant.
    private static Func<SyntaxNode>? MovedFlush(SyntaxNode root, Diagnostic diagnostic)
    {
        StatementSyntax? store = StatementPlace.Of(root.FindNode(diagnostic.Location.SourceSpan));
        if (store?.Parent is not BlockSyntax block)
        {
            return null;
        }

        string name = PersistStatements.Root(diagnostic);
        string publish = PersistStatements.Property(diagnostic, Analyzers.FixKeys.Publish);
        for (int i = block.Statements.IndexOf(store) - 1; i >= 0; i--)
        {
            StatementSyntax before = block.Statements[i];
            if (before is not ExpressionStatementSyntax { Expression: { } expression })
            {
                return null;
            }

            if (expression is InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Name.Identifier.ValueText: "Persist" or "Flush" } member }
                && member.Expression.ToString() == name)
            {
                int from = i;
                return () => root.ReplaceNode(block, Moved(block, from, block.Statements.IndexOf(store)));
            }

            bool isStore = expression is AssignmentExpressionSyntax { Left: MemberAccessExpressionSyntax left }
                && left.Expression.ToString() == name && left.Name.Identifier.ValueText != publish;
            if (!isStore)
            {
                return null;
            }
        }

        return null;
    }
}
