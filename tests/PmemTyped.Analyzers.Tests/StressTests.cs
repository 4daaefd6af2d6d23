using System.Globalization;
using System.Runtime.CompilerServices;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;
using Xunit.Abstractions;

namespace PmemTyped.Analyzers.Tests;

/// <summary>
/// Analyzers run on half-typed source all day: no text may make them throw. PMEMTYPED_MUTATIONS sets how many broken
/// programs are tried.
/// </summary>
public sealed class StressTests(ITestOutputHelper output)
{
    private const int DefaultMutations = 4_000;
    private const int Batch = 100;
    private const int MaxEdits = 4;

    [Fact]
    public async Task No_broken_program_makes_an_analyzer_throw()
    {
        string? asked = Environment.GetEnvironmentVariable("PMEMTYPED_MUTATIONS");
        int count = asked is null ? DefaultMutations : int.Parse(asked, CultureInfo.InvariantCulture);
        string[] sources =
        [
            .. CorpusProgram.All.Select(p => AnalyzerRun.Usings + p.Source),
            .. LayoutCases.All.Select(c => Markup.Parse(AnalyzerRun.Usings + c.Source).Source),
            .. RuntimeCases.All.Select(c => Markup.Parse(AnalyzerRun.Usings + DurabilityRuleTests.InClass(c.Members)).Source),
        ];
        int seed = int.TryParse(Environment.GetEnvironmentVariable("PMEMTYPED_SEED"), CultureInfo.InvariantCulture, out int given) ? given : Environment.TickCount;
        output.WriteLine(FormattableString.Invariant($"{count} mutations, seed {seed}"));
        var random = new Random(seed);

        for (int done = 0; done < count; done += Batch)
        {
            SyntaxTree[] trees =
            [
                .. Enumerable.Range(done, Math.Min(Batch, count - done))
                    .Select(i => AnalyzerRun.Parse(Mutate(sources[random.Next(sources.Length)], random), FormattableString.Invariant($"M{i}.cs"))),
            ];
            Diagnostic? thrown = await FirstThrownAsync(AnalyzerRun.Generate([AnalyzerRun.PreludeTree, .. trees]));
            Assert.True(thrown is null, FormattableString.Invariant($"seed {seed}, batch at {done}: {thrown} {thrown?.Descriptor.Description}"));
        }
    }

    [Fact]
    public async Task No_file_of_this_repository_makes_an_analyzer_throw()
    {
        SyntaxTree[] trees =
        [
            .. new[] { "src", "generators", "analyzers", "tests", "samples", "benchmarks" }
                .SelectMany(d => Directory.EnumerateFiles(Path.Combine(Root(), d), "*.cs", SearchOption.AllDirectories))
                .Where(f => !f.Contains("/obj/", StringComparison.Ordinal) && !f.Contains("/bin/", StringComparison.Ordinal))
                .Select(f => AnalyzerRun.Parse(File.ReadAllText(f), f)),
        ];

        Diagnostic? thrown = await FirstThrownAsync(AnalyzerRun.Generate(trees));

        Assert.True(trees.Length > 100);
        Assert.True(thrown is null, thrown?.ToString() + thrown?.Descriptor.Description);
    }

    private static async Task<Diagnostic?> FirstThrownAsync(Compilation compilation) =>
        (await AnalyzerRun.AnalyzeAsync(compilation, AnalyzerRun.All)).FirstOrDefault(d => d.Id == "AD0001");

    private static string Mutate(string source, Random random)
    {
        List<string> tokens = [.. CSharpSyntaxTree.ParseText(source).GetRoot().DescendantTokens().Select(t => t.ToFullString())];
        for (int edits = random.Next(1, MaxEdits + 1); edits > 0 && tokens.Count > 2; edits--)
        {
            int at = random.Next(tokens.Count);
            switch (random.Next(3))
            {
                case 0:
                    tokens.RemoveAt(at);
                    break;
                case 1:
                    int other = random.Next(tokens.Count);
                    (tokens[at], tokens[other]) = (tokens[other], tokens[at]);
                    break;
                default:
                    if (at > tokens.Count / 2)
                    {
                        tokens.RemoveRange(at, tokens.Count - at);
                    }

                    break;
            }
        }

        return string.Concat(tokens);
    }

    private static string Root([CallerFilePath] string file = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(file)!, "..", ".."));
}
