using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Formatting;
using Microsoft.CodeAnalysis.Simplification;
using Microsoft.CodeAnalysis.Text;
using PmemTyped.CodeFixes;

namespace PmemTyped.Analyzers.Tests;

/// <summary>Applies code fixes as an editor does, until nothing is left to fix.</summary>
internal static partial class FixRun
{
    private const int MaxRounds = 8;

    private static readonly ImmutableArray<CodeFixProvider> s_providers =
    [
        .. typeof(FixProvider).Assembly.GetTypes()
            .Where(t => !t.IsAbstract && t.IsSubclassOf(typeof(CodeFixProvider)))
            .Select(t => (CodeFixProvider)Activator.CreateInstance(t)!),
    ];

    // The generated members of the prelude, as documents: the workspace runs no generator.
    private static readonly Lazy<IReadOnlyList<SyntaxTree>> s_generated = new(() =>
        [.. AnalyzerRun.Generate([AnalyzerRun.PreludeTree]).SyntaxTrees.Where(t => t != AnalyzerRun.PreludeTree)]);

    internal static IEnumerable<string> FixableIds => s_providers.SelectMany(p => p.FixableDiagnosticIds).Distinct().Order(StringComparer.Ordinal);

    /// <summary>
    /// Fixes all findings of one rule one by one, each with the action of the given position, and gives back the text and what
    /// the analyzers still say.
    /// </summary>
    internal static async Task<(string Text, string[] Left, Solution Solution)> ApplyAsync(string source, string id, int action = 0, params (string Name, string Text)[] texts)
    {
        using var workspace = new AdhocWorkspace();
        DocumentId document = AddProject(workspace, source, texts, id, out Solution solution);
        for (int round = 0; round < MaxRounds; round++)
        {
            ImmutableArray<Diagnostic> found = await FindAsync(solution, document);
            Diagnostic? next = found.Where(d => d.Id == id).OrderBy(d => d.Location.SourceSpan.Start).FirstOrDefault();
            CodeAction[] offered = next is null ? [] : await OfferedAsync(solution.GetDocument(document)!, next);
            if (next is null || offered.Length <= action)
            {
                return ((await solution.GetDocument(document)!.GetTextAsync()).ToString(), [.. found.Select(d => d.Id)], solution);
            }

            solution = await ApplyAsync(solution, document, offered[action]);
        }

        throw new InvalidOperationException("The fixes do not come to an end.");
    }

    /// <summary>Fixes one finding that lies in a lock file, and gives back its text; null when no fix is offered.</summary>
    internal static async Task<string?> FixTextAsync(string name, string text, string id)
    {
        using var workspace = new AdhocWorkspace();
        DocumentId document = AddProject(workspace, "", [(name, text)], id, out Solution solution);
        TextDocument file = solution.Projects.Single().AdditionalDocuments.Single();
        Compilation compilation = (await solution.GetDocument(document)!.Project.GetCompilationAsync())!;
        Diagnostic found = (await compilation.WithAnalyzers(AnalyzerRun.All, file.Project.AnalyzerOptions).GetAnalyzerDiagnosticsAsync(CancellationToken.None))
            .First(d => d.Id == id);
        CodeAction? offered = null;
        await s_providers.Single(p => p.FixableDiagnosticIds.Contains(id))
            .RegisterCodeFixesAsync(new CodeFixContext(file, found, (a, _) => offered = a, CancellationToken.None));
        if (offered is null)
        {
            return null;
        }

        ImmutableArray<CodeActionOperation> operations = await offered.GetOperationsAsync(solution, new Progress<CodeAnalysisProgress>(), CancellationToken.None);
        return (await operations.OfType<ApplyChangesOperation>().Single().ChangedSolution.GetAdditionalDocument(file.Id)!.GetTextAsync()).ToString();
    }

    /// <summary>The errors of the compiler in what a fix has made, with the generator at work.</summary>
    internal static async Task<string[]> ErrorsAsync(Solution solution)
    {
        HashSet<string> generated = [.. s_generated.Value.Select(t => t.FilePath)];
        Compilation compilation = (await solution.Projects.Single().GetCompilationAsync())!;
        SyntaxTree[] written = [.. compilation.SyntaxTrees.Where(t => !generated.Contains(t.FilePath))];
        return [.. AnalyzerRun.Generate(written, outputKind: compilation.Options.OutputKind).GetDiagnostics()
            .Where(d => d.Severity == DiagnosticSeverity.Error).Select(d => d.ToString())];
    }

    private static DocumentId AddProject(
        AdhocWorkspace workspace, string source, (string Name, string Text)[] texts, string id, out Solution solution)
    {
        var project = ProjectId.CreateNewId();
        solution = workspace.CurrentSolution
            .AddProject(ProjectInfo.Create(
                project,
                VersionStamp.Default,
                "Fixed",
                "Fixed",
                LanguageNames.CSharp,
                parseOptions: AnalyzerRun.ParseOptions,
                compilationOptions: new CSharpCompilationOptions(KindOf(source), allowUnsafe: true)
                    .WithSpecificDiagnosticOptions([new(id, ReportDiagnostic.Warn)]),
                metadataReferences: AnalyzerRun.References))
            .AddDocument(DocumentId.CreateNewId(project), "Prelude.cs", AnalyzerRun.PreludeTree.GetText(), filePath: "Prelude.cs");
        foreach (SyntaxTree tree in s_generated.Value)
        {
            solution = solution.AddDocument(DocumentId.CreateNewId(project), tree.FilePath, tree.GetText(), filePath: tree.FilePath);
        }

        foreach (var (name, text) in texts)
        {
            solution = solution.AddAdditionalDocument(DocumentId.CreateNewId(project), name, SourceText.From(text), filePath: name);
        }

        var document = DocumentId.CreateNewId(project);
        solution = solution.AddDocument(document, "Source.cs", SourceText.From(source), filePath: "Source.cs");
        return document;
    }

    // Statements without a class make a program.
    private static OutputKind KindOf(string source) =>
        AnalyzerRun.Parse(source, "").GetCompilationUnitRoot().Members.Any(m => m is GlobalStatementSyntax)
            ? OutputKind.ConsoleApplication
            : OutputKind.DynamicallyLinkedLibrary;

    private static async Task<ImmutableArray<Diagnostic>> FindAsync(Solution solution, DocumentId document)
    {
        Project project = solution.GetDocument(document)!.Project;
        Compilation compilation = (await project.GetCompilationAsync())!;
        ImmutableArray<Diagnostic> found = await compilation
            .WithAnalyzers(AnalyzerRun.All, project.AnalyzerOptions)
            .GetAnalyzerDiagnosticsAsync(CancellationToken.None);
        Assert.DoesNotContain(found, d => d.Id == "AD0001");
        return [.. Ordered(found.Where(d => d.Location.SourceTree is null || d.Location.SourceTree.FilePath == "Source.cs"))];
    }

    // Analyzers run beside each other, so that findings come in any order.
    private static IEnumerable<Diagnostic> Ordered(IEnumerable<Diagnostic> found) =>
        found.OrderBy(d => d.Location.SourceSpan.Start).ThenBy(d => d.Id, StringComparer.Ordinal);

    private static async Task<CodeAction[]> OfferedAsync(Document document, Diagnostic diagnostic)
    {
        var actions = new List<CodeAction>();
        foreach (CodeFixProvider provider in s_providers.Where(p => p.FixableDiagnosticIds.Contains(diagnostic.Id)))
        {
            await provider.RegisterCodeFixesAsync(new CodeFixContext(document, diagnostic, (a, _) => actions.Add(a), CancellationToken.None));
        }

        return [.. actions];
    }

    private static async Task<Solution> ApplyAsync(Solution solution, DocumentId document, CodeAction action)
    {
        ImmutableArray<CodeActionOperation> operations = await action.GetOperationsAsync(solution, new Progress<CodeAnalysisProgress>(), CancellationToken.None);
        Solution changed = operations.OfType<ApplyChangesOperation>().Single().ChangedSolution;
        Document simple = await Simplifier.ReduceAsync(changed.GetDocument(document)!, Simplifier.Annotation);
        Document formatted = await Formatter.FormatAsync(simple, Formatter.Annotation);
        return formatted.Project.Solution;
    }
}
