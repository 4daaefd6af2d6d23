using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using PmemTyped.Generators;

namespace PmemTyped.Testing;

/// <summary>Runs the generator over source text, with the references that the test process itself has.</summary>
internal static class GeneratorRun
{
    private const string Usings = "using System;\nusing System.Runtime.CompilerServices;\nusing System.Runtime.InteropServices;\nusing PmemTyped;\n";

    private static readonly CSharpParseOptions s_parse = new(LanguageVersion.CSharp14, DocumentationMode.Diagnose);

    private static readonly ImmutableArray<MetadataReference> s_references =
    [
        .. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!)
            .Split(Path.PathSeparator)
            .Where(p => !Path.GetFileName(p).StartsWith("PmemTyped.Generators", StringComparison.Ordinal))
            .Select(p => MetadataReference.CreateFromFile(p)),
    ];

    internal static SyntaxTree Parse(string source, string path) =>
        CSharpSyntaxTree.ParseText(Usings + source, s_parse, path);

    internal static CSharpCompilation Compile(params string[] sources) => Compile(sources, []);

    internal static CSharpCompilation Compile(string[] sources, MetadataReference[] more) =>
        CSharpCompilation.Create(
            "Layouts",
            sources.Select((s, i) => Parse(s, $"Source{i}.cs")),
            [.. s_references, .. more],
            new CSharpCompilationOptions(
                OutputKind.DynamicallyLinkedLibrary,
                allowUnsafe: false,
                checkOverflow: true,
                generalDiagnosticOption: ReportDiagnostic.Error,
                warningLevel: 9999,
                nullableContextOptions: NullableContextOptions.Enable));

    internal static CSharpCompilation WithoutRecords(CSharpCompilation compilation) =>
        compilation.RemoveReferences(compilation.References.Where(r =>
            r.Display!.EndsWith("PmemTyped.Objects.dll", StringComparison.Ordinal)));

    internal static GeneratorDriver Driver() => CSharpGeneratorDriver.Create(
        [new PersistentLayoutGenerator().AsSourceGenerator()],
        parseOptions: s_parse,
        driverOptions: new GeneratorDriverOptions(IncrementalGeneratorOutputKind.None, trackIncrementalGeneratorSteps: true));

    /// <summary>Runs the generator; the driver holds the result.</summary>
    internal static GeneratorDriver Run(params string[] sources) => Driver().RunGenerators(Compile(sources));

    /// <summary>All generated text, in the order of hint names.</summary>
    internal static string Text(GeneratorDriver driver) => string.Join(
        '\n', driver.GetRunResult().GeneratedTrees.OrderBy(t => t.FilePath, StringComparer.Ordinal).Select(t => t.ToString()));
}
