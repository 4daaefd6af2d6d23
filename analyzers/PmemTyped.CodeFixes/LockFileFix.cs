using System.Collections.Immutable;
using System.Composition;
using System.Globalization;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using PmemTyped.Analyzers;
using PmemTyped.Analyzers.Rules;

namespace PmemTyped.CodeFixes;

/// <summary>Records layouts, changed and renamed ones too. Lines that were shipped are never edited.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
[Shared]
public sealed class LockFileFix : CodeFixProvider
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = [EvolutionRules.NotRecorded.Id, EvolutionRules.ChangedInPlace.Id, EvolutionRules.OnlyVersionChanged.Id, EvolutionRules.FieldRenamed.Id];

    /// <inheritdoc/>
    public override FixAllProvider? GetFixAllProvider() => new LockFileFixAll();

    /// <inheritdoc/>
    public override Task RegisterCodeFixesAsync(CodeFixContext context)
    {
        foreach (Diagnostic diagnostic in context.Diagnostics)
        {
            string line = PersistStatements.Property(diagnostic, FixKeys.Line);
            if (VersionFor(diagnostic) is { } version)
            {
                string text = version.ToString(CultureInfo.InvariantCulture);
                context.RegisterCodeFix(
                    CodeAction.Create($"Make it version {text}", token => WithVersionAsync(context.Document, diagnostic, text, token), "version"), diagnostic);
            }
            else if (diagnostic.Id != EvolutionRules.OnlyVersionChanged.Id)
            {
                context.RegisterCodeFix(
                    CodeAction.Create("Record the layout", token => LockFileEdit.RecordAsync(context.Document.Project, [line], token), "record"), diagnostic);
            }
        }

        return Task.CompletedTask;
    }

    /// <summary>The next version for a layout that has changed, the one before for a layout that has not.</summary>
    private static int? VersionFor(Diagnostic diagnostic)
    {
        bool isNext = diagnostic.Id == EvolutionRules.ChangedInPlace.Id;
        string text = isNext ? PersistStatements.Property(diagnostic, FixKeys.Line).Split('@').Last().Split(' ')[0]
            : diagnostic.Id == EvolutionRules.OnlyVersionChanged.Id ? PersistStatements.Property(diagnostic, FixKeys.Previous) : "";
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int version) ? version + (isNext ? 1 : 0) : null;
    }

    // The line of the new version is the next finding: its hash depends on the version.
    private static async Task<Document> WithVersionAsync(Document document, Diagnostic diagnostic, string version, CancellationToken token)
    {
        SyntaxNode root = (await document.GetSyntaxRootAsync(token).ConfigureAwait(false))!;
        AttributeSyntax? attribute = root.FindNode(diagnostic.Location.SourceSpan).FirstAncestorOrSelf<StructDeclarationSyntax>()?
            .AttributeLists.SelectMany(l => l.Attributes).FirstOrDefault(a => a.Name.ToString().Contains("PersistentLayout"));
        if (attribute?.ArgumentList is not { } arguments)
        {
            return document;
        }

        AttributeArgumentSyntax? old = arguments.Arguments.FirstOrDefault(a => a.NameEquals?.Name.Identifier.ValueText == "Version");
        AttributeArgumentSyntax next = SyntaxFactory.AttributeArgument(SyntaxFactory.ParseExpression(version))
            .WithNameEquals(SyntaxFactory.NameEquals("Version").NormalizeWhitespace().WithTrailingTrivia(SyntaxFactory.Space));
        AttributeArgumentListSyntax changed = old is null
            ? arguments.AddArguments(next.WithLeadingTrivia(SyntaxFactory.Space))
            : arguments.ReplaceNode(old, next.WithTriviaFrom(old));
        return document.WithSyntaxRoot(root.ReplaceNode(arguments, changed));
    }

    /// <summary>All lines of a project go into one text.</summary>
    private sealed class LockFileFixAll : FixAllProvider
    {
        public override IEnumerable<FixAllScope> GetSupportedFixAllScopes() => [FixAllScope.Document, FixAllScope.Project, FixAllScope.Solution];

        public override Task<CodeAction?> GetFixAsync(FixAllContext fixAllContext) => Task.FromResult(
            fixAllContext.CodeActionEquivalenceKey == "record"
                ? CodeAction.Create("Record all layouts", token => RecordAllAsync(fixAllContext, token), "record")
                : null);

        private static async Task<Solution> RecordAllAsync(FixAllContext context, CancellationToken token)
        {
            Solution solution = context.Solution;
            foreach (Project project in context.Scope == FixAllScope.Solution ? context.Solution.Projects : [context.Project])
            {
                ImmutableArray<Diagnostic> all = context.Scope == FixAllScope.Document && context.Document is { } document
                    ? await context.GetDocumentDiagnosticsAsync(document).ConfigureAwait(false)
                    : await context.GetAllDiagnosticsAsync(project).ConfigureAwait(false);
                string[] lines = [.. all.Select(d => PersistStatements.Property(d, FixKeys.Line)).Where(l => l.Length > 0)];
                solution = await LockFileEdit.RecordAsync(solution.GetProject(project.Id)!, lines, token).ConfigureAwait(false);
            }

            return solution;
        }
    }
}
