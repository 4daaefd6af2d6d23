using System.Diagnostics;
using System.Globalization;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Text;
using PmemTyped.Generators;

namespace PmemTyped.Benchmarks.Comparison;

/// <summary>
/// What the generator adds to a build and to an edit. The peer is the compiler over the same sources, with what was generated
/// written out beside them; after an edit elsewhere it is the parser, because the compiler parses what generators gave it again
/// after every edit. PMEMTYPED_LAYOUTS sets how many layouts there are.
/// </summary>
internal static class GeneratorComparison
{
    private const string Usings = "using PmemTyped;\n";
    private const int DefaultLayouts = 1000;
    private const int LayoutsInNamespace = 20;

    // The first round pays for compiling compiler and generator, which a build server does once.
    private const int WarmUpRounds = 1;
    private const int MeasuredRounds = 3;

    private static readonly CSharpParseOptions s_parse = new(LanguageVersion.CSharp14);

    private static readonly MetadataReference[] s_references =
    [
        .. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!)
            .Split(Path.PathSeparator)
            .Where(p => Path.GetFileName(p) is { } name && (name.StartsWith("System.", StringComparison.Ordinal) || IsOurs(name)))
            .Select(p => MetadataReference.CreateFromFile(p)),
    ];

    internal static void Run()
    {
        int layouts = Environment.GetEnvironmentVariable("PMEMTYPED_LAYOUTS") is { } asked
            ? int.Parse(asked, CultureInfo.InvariantCulture)
            : DefaultLayouts;
        SyntaxTree[] trees =
        [
            Parse(Usings + string.Concat(Enumerable.Range(0, layouts).Select(Layout)), "Layouts.cs"), Parse("class Elsewhere;", "Elsewhere.cs"),
        ];
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"# {layouts} layouts; milliseconds, medians of {MeasuredRounds} rounds; ratio above 1: ours is faster"));
        var rounds = new List<Round>();
        for (int i = 0; i < WarmUpRounds + MeasuredRounds; i++)
        {
            rounds.Add(Measure(trees, i));
        }

        Round[] measured = [.. rounds.Skip(WarmUpRounds)];
        double generate = Median(measured, r => r.Generate);
        double compile = Median(measured, r => r.Compile);
        Print($"metric generator.build.{layouts}", generate + compile, compile);
        Print($"metric generator.edit.{layouts}", Median(measured, r => r.Edit), Median(measured, r => r.Parse));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"floor generator.generate.{layouts} {generate:F1}"));
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"floor generator.share.{layouts} {generate / (generate + compile):F3}"));
    }

    private static string Layout(int i) => string.Create(CultureInfo.InvariantCulture, $$"""
        namespace N{{i / LayoutsInNamespace}}
        {
            [PersistentLayout("l{{i}}", Alignment = 64)]
            public partial struct L{{i}}
            {
                public long Id{{i}};
                public long Sum{{i}};
                public int Kind{{i}};
                public int Count{{i}};
                [PublishField] public ulong Sequence{{i}};
            }
        }

        """);

    // Each compilation is made anew: what was bound once is kept in it.
    private static Round Measure(SyntaxTree[] trees, int round)
    {
        CSharpCompilation compilation = Compile(trees);
        GeneratorDriver driver = CSharpGeneratorDriver.Create([new PersistentLayoutGenerator().AsSourceGenerator()], parseOptions: s_parse);
        double generate = Milliseconds(() => driver = driver.RunGenerators(compilation));
        GeneratedSourceResult[] sources = [.. driver.GetRunResult().Results.Single().GeneratedSources];
        CSharpCompilation edited = compilation.ReplaceSyntaxTree(
            trees[1], Parse(string.Create(CultureInfo.InvariantCulture, $"class Elsewhere {{ int A{round}; }}"), trees[1].FilePath));
        double edit = Milliseconds(() => driver = driver.RunGenerators(edited));
        SyntaxTree[] written = [];
        double parse = Milliseconds(() => written = [.. sources.Select(s => CSharpSyntaxTree.ParseText(s.SourceText, s_parse, s.HintName))]);
        CSharpCompilation complete = Compile([.. trees, .. written]);
        return new Round(generate, Milliseconds(() => Emit(complete)), edit, parse);
    }

    private static void Emit(CSharpCompilation compilation)
    {
        using var image = new MemoryStream();
        if (compilation.Emit(image) is { Success: false } failed)
        {
            throw new InvalidOperationException("What was generated does not compile: " + failed.Diagnostics[0]);
        }
    }

    private static CSharpCompilation Compile(params SyntaxTree[] trees) => CSharpCompilation.Create(
        "Layouts",
        trees,
        s_references,
        new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, optimizationLevel: OptimizationLevel.Release));

    private static bool IsOurs(string name) =>
        name is "PmemTyped.Mapping.dll" or "PmemTyped.Objects.dll" or "PmemTyped.Native.dll" or "PmemTyped.Sets.dll" or "PmemTyped.Blocks.dll";

    private static SyntaxTree Parse(string text, string path) =>
        CSharpSyntaxTree.ParseText(SourceText.From(text, System.Text.Encoding.UTF8), s_parse, path);

    private static double Milliseconds(Action action)
    {
        long start = Stopwatch.GetTimestamp();
        action();
        return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
    }

    private static double Median(Round[] rounds, Func<Round, double> figure)
    {
        double[] sorted = [.. rounds.Select(figure).Order()];
        return sorted[sorted.Length / 2];
    }

    private static void Print(string name, double ours, double peer) => Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture, $"{name} ours {ours:F1} peer {peer:F1} ratio {peer / ours:F3}"));

    private sealed record Round(double Generate, double Compile, double Edit, double Parse);
}
