using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;
using PmemTyped.Generators;

namespace PmemTyped.Analyzers.Tests;

/// <summary>Runs the generator, then the analyzers over source and output, as the compiler does.</summary>
internal static class AnalyzerRun
{
    internal const string Usings = "using System;\nusing System.Runtime.CompilerServices;\nusing System.Runtime.InteropServices;\nusing PmemTyped;\n";

    internal static readonly CSharpParseOptions ParseOptions = new(LanguageVersion.CSharp14);

    internal static readonly ImmutableArray<MetadataReference> References =
    [
        .. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!)
            .Split(Path.PathSeparator)
            .Select(p => MetadataReference.CreateFromFile(p)),
    ];

    internal static readonly SyntaxTree PreludeTree = CSharpSyntaxTree.ParseText(Prelude.Text, ParseOptions, "Prelude.cs");

    /// <summary>Every analyzer that the project ships.</summary>
    internal static ImmutableArray<DiagnosticAnalyzer> All { get; } =
    [
        .. typeof(PersistentLayoutAnalyzer).Assembly.GetTypes()
            .Where(t => !t.IsAbstract && t.IsSubclassOf(typeof(DiagnosticAnalyzer)) && !t.IsSubclassOf(typeof(DiagnosticSuppressor)))
            .Select(t => (DiagnosticAnalyzer)Activator.CreateInstance(t)!),
    ];

    /// <summary>Our findings must be those of the markup, and nothing else may be wrong with the source.</summary>
    internal static async Task VerifyAsync(string markup, string? enabled = null, params AdditionalText[] texts)
    {
        Markup expected = Markup.Parse(Usings + markup);
        Compilation compilation = Generate(expected.Source, enabled);
        Assert.Empty(compilation.GetDiagnostics().Where(d => d.Severity == DiagnosticSeverity.Error));

        ImmutableArray<Diagnostic> found = await AnalyzeAsync(compilation, All, texts);

        string[] described =
        [
            .. found.Select(d => d.Id == "AD0001"
                ? d.ToString()
                : Markup.Describe(d.Id, d.Location.SourceSpan.Start, TextAt(d.Location))),
        ];
        Array.Sort(described, StringComparer.Ordinal);
        Assert.Equal(expected.Expected, described);
    }

    /// <summary>The source, the prelude beside it, and everything that the generator adds.</summary>
    internal static Compilation Generate(string source, string? enabled = null) => Generate([Parse(source, "Source.cs"), PreludeTree], enabled);

    internal static SyntaxTree Parse(string source, string path) => CSharpSyntaxTree.ParseText(source, ParseOptions, path);

    internal static Compilation Generate(
        IEnumerable<SyntaxTree> trees, string? enabled = null, OutputKind outputKind = OutputKind.DynamicallyLinkedLibrary)
    {
        var options = new CSharpCompilationOptions(outputKind, allowUnsafe: true);

        // Without a lock file every layout is unrecorded; the cases of that rule bring their own.
        var severities = ImmutableDictionary<string, ReportDiagnostic>.Empty.Add("PMT4001", ReportDiagnostic.Suppress);
        severities = enabled is null ? severities : severities.SetItem(enabled, ReportDiagnostic.Warn);
        var compilation = CSharpCompilation.Create(
            "Layouts", trees, References, options.WithSpecificDiagnosticOptions(severities));
        CSharpGeneratorDriver
            .Create([new PersistentLayoutGenerator().AsSourceGenerator()], parseOptions: ParseOptions)
            .RunGeneratorsAndUpdateCompilation(compilation, out Compilation output, out _);
        return output;
    }

    internal static Task<ImmutableArray<Diagnostic>> AnalyzeAsync(
        Compilation compilation, ImmutableArray<DiagnosticAnalyzer> analyzers, params AdditionalText[] texts) =>
        compilation.WithAnalyzers(analyzers, new AnalyzerOptions([.. texts])).GetAnalyzerDiagnosticsAsync(CancellationToken.None);

    internal static string TextAt(Location location) =>
        location.SourceTree?.GetText().ToString(location.SourceSpan) ?? "<no source>";
}
