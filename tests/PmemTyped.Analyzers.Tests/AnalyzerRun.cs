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

    private static readonly CSharpParseOptions s_parse = new(LanguageVersion.CSharp14);

    private static readonly ImmutableArray<MetadataReference> s_references =
    [
        .. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!)
            .Split(Path.PathSeparator)
            .Select(p => MetadataReference.CreateFromFile(p)),
    ];

    /// <summary>Our findings must be those of the markup, and nothing else may be wrong with the source.</summary>
    internal static async Task VerifyAsync(string markup)
    {
        Markup expected = Markup.Parse(Usings + markup);
        Compilation compilation = Generate(expected.Source);
        Assert.Empty(compilation.GetDiagnostics().Where(d => d.Severity == DiagnosticSeverity.Error));

        ImmutableArray<Diagnostic> found = await AnalyzeAsync(compilation, new PersistentLayoutAnalyzer());

        string[] described =
        [
            .. found.Select(d => d.Id == "AD0001"
                ? d.ToString()
                : Markup.Describe(d.Id, d.Location.SourceSpan.Start, TextAt(d.Location))),
        ];
        Array.Sort(described, StringComparer.Ordinal);
        Assert.Equal(expected.Expected, described);
    }

    /// <summary>The source with everything that the generator adds to it.</summary>
    internal static Compilation Generate(string source)
    {
        var compilation = CSharpCompilation.Create(
            "Layouts",
            [CSharpSyntaxTree.ParseText(source, s_parse, "Source.cs")],
            s_references,
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, allowUnsafe: true));
        CSharpGeneratorDriver
            .Create([new PersistentLayoutGenerator().AsSourceGenerator()], parseOptions: s_parse)
            .RunGeneratorsAndUpdateCompilation(compilation, out Compilation output, out _);
        return output;
    }

    internal static Task<ImmutableArray<Diagnostic>> AnalyzeAsync(Compilation compilation, DiagnosticAnalyzer analyzer) =>
        compilation.WithAnalyzers([analyzer]).GetAnalyzerDiagnosticsAsync(CancellationToken.None);

    private static string TextAt(Location location) =>
        location.SourceTree?.GetText().ToString(location.SourceSpan) ?? "<no source>";
}
