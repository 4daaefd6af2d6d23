using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.Diagnostics;

namespace PmemTyped.Analyzers.Tests;

// Fix All, over one document or everything.
internal static partial class FixRun
{
    /// <summary>Whether the fix of a rule can be applied everywhere at once.</summary>
    internal static bool HasFixAll(string id) => ProviderOf(id).GetFixAllProvider() is not null;

    /// <summary>
    /// Fixes all findings of one rule in the first document or in all, and gives back what was found in each before, what is
    /// left, and the errors of the compiler after it.
    /// </summary>
    internal static async Task<(string[][] Before, string[][] After, string[] Errors)> ApplyAllAsync(string[] sources, string id, FixAllScope scope)
    {
        using var workspace = new AdhocWorkspace();
        List<DocumentId> documents = [AddProject(workspace, sources[0], [], id, out Solution solution)];
        for (int i = 1; i < sources.Length; i++)
        {
            documents.Add(DocumentId.CreateNewId(documents[0].ProjectId));
            string name = FormattableString.Invariant($"Source{i}.cs");
            solution = solution.AddDocument(documents[i], name, sources[i], filePath: name);
        }

        Document first = solution.GetDocument(documents[0])!;
        ImmutableArray<Diagnostic> before = await FindAllAsync(first.Project);
        Diagnostic example = before.First(d => d.Id == id && d.Location.SourceTree?.FilePath == first.FilePath);
        CodeFixProvider provider = ProviderOf(id);
        var context = new FixAllContext(
            first, provider, scope, (await OfferedAsync(first, example))[0].EquivalenceKey!, [id], new Known([.. before.Where(d => d.Id == id)]), CancellationToken.None);
        CodeAction all = (await provider.GetFixAllProvider()!.GetFixAsync(context))!;
        ImmutableArray<CodeActionOperation> operations = await all.GetOperationsAsync(solution, new Progress<CodeAnalysisProgress>(), CancellationToken.None);
        Project changed = operations.OfType<ApplyChangesOperation>().Single().ChangedSolution.GetProject(first.Project.Id)!;

        Compilation compilation = (await changed.GetCompilationAsync())!;
        string[] errors = [.. compilation.GetDiagnostics().Where(d => d.Severity == DiagnosticSeverity.Error).Select(d => d.ToString())];
        return (ByDocument(before, solution, documents), ByDocument(await FindAllAsync(changed), changed.Solution, documents), errors);
    }

    private static CodeFixProvider ProviderOf(string id) => s_providers.First(p => p.FixableDiagnosticIds.Contains(id));

    private static string[][] ByDocument(ImmutableArray<Diagnostic> found, Solution solution, List<DocumentId> documents) =>
    [
        .. documents.Select(d => Ordered(found.Where(f => f.Location.SourceTree?.FilePath == solution.GetDocument(d)!.FilePath)).Select(f => f.Id).ToArray()),
    ];

    private static async Task<ImmutableArray<Diagnostic>> FindAllAsync(Project project) =>
        await (await project.GetCompilationAsync())!
            .WithAnalyzers(AnalyzerRun.All, project.AnalyzerOptions)
            .GetAnalyzerDiagnosticsAsync(CancellationToken.None);

    private sealed class Known(ImmutableArray<Diagnostic> diagnostics) : FixAllContext.DiagnosticProvider
    {
        public override Task<IEnumerable<Diagnostic>> GetDocumentDiagnosticsAsync(Document document, CancellationToken cancellationToken) =>
            Task.FromResult(diagnostics.Where(d => d.Location.SourceTree?.FilePath == document.FilePath));

        public override Task<IEnumerable<Diagnostic>> GetProjectDiagnosticsAsync(Project project, CancellationToken cancellationToken) =>
            Task.FromResult<IEnumerable<Diagnostic>>([]);

        public override Task<IEnumerable<Diagnostic>> GetAllDiagnosticsAsync(Project project, CancellationToken cancellationToken) =>
            Task.FromResult<IEnumerable<Diagnostic>>(diagnostics);
    }
}
