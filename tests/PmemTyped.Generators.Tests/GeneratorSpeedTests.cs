using System.Diagnostics;
using System.Globalization;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using PmemTyped.Testing;
using Xunit.Abstractions;

namespace PmemTyped.Generators.Tests;

/// <summary>
/// What the generator costs for many layouts, in milliseconds: alone, within a whole compilation, and after an edit elsewhere.
/// PMEMTYPED_LAYOUTS sets how many. Only what was generated and what was cached is judged; times are printed.
/// </summary>
public sealed class GeneratorSpeedTests(ITestOutputHelper output)
{
    private const int DefaultLayouts = 100;
    private const int LayoutsInNamespace = 20;
    private const int Rounds = 2;

    [Fact]
    public void After_an_edit_elsewhere_every_one_of_many_layouts_is_cached()
    {
        string? asked = Environment.GetEnvironmentVariable("PMEMTYPED_LAYOUTS");
        int layouts = asked is null ? DefaultLayouts : int.Parse(asked, CultureInfo.InvariantCulture);
        CSharpCompilation compilation = GeneratorRun.Compile(Many(layouts), "public class Elsewhere { }");
        CSharpCompilation edited = compilation.ReplaceSyntaxTree(
            compilation.SyntaxTrees[1], GeneratorRun.Parse("public class Elsewhere { public int Added; }", compilation.SyntaxTrees[1].FilePath));
        for (int round = 0; round < Rounds; round++)
        {
            // The first round pays for compiling generator and compiler; a build server does so once.
            GeneratorDriver driver = GeneratorRun.Driver();
            Compilation complete = compilation;
            double generated = Milliseconds(() => driver = driver.RunGeneratorsAndUpdateCompilation(compilation, out complete, out _));
            double emitted = Milliseconds(() => Assert.Empty(Errors(complete)));
            double again = Milliseconds(() => driver = driver.RunGenerators(edited));

            GeneratorRunResult result = driver.GetRunResult().Results.Single();
            Assert.Equal(layouts, result.GeneratedSources.Length);
            Assert.All(
                result.TrackedOutputSteps.Values.SelectMany(s => s).SelectMany(s => s.Outputs),
                o => Assert.Equal(IncrementalStepRunReason.Cached, o.Reason));
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"metric generator.{layouts} generate {generated:F0} compile {emitted:F0} share {generated / (generated + emitted):F3} after-edit {again:F0}"));
        }
    }

    private static string Many(int layouts)
    {
        IEnumerable<string> spaces = Enumerable.Range(0, layouts)
            .GroupBy(i => i / LayoutsInNamespace)
            .Select(g => FormattableString.Invariant($"namespace N{g.Key} {{\n") + string.Concat(g.Select(One)) + "}\n");
        return string.Concat(spaces);
    }

    private static string One(int i) => FormattableString.Invariant(
        $"[PersistentLayout(\"l{i}\", Alignment = 64)] public partial struct L{i} {{ public long Id{i}; public long Sum{i}; public int Kind{i}; public int Count{i}; [PublishField] public ulong Sequence{i}; }}\n");

    private static IEnumerable<Diagnostic> Errors(Compilation compilation)
    {
        using var image = new MemoryStream();
        Compilation lenient = compilation.WithOptions(
            ((CSharpCompilationOptions)compilation.Options).WithGeneralDiagnosticOption(ReportDiagnostic.Default));
        return [.. lenient.Emit(image).Diagnostics.Where(d => d.Severity == DiagnosticSeverity.Error)];
    }

    private static double Milliseconds(Action action)
    {
        long start = Stopwatch.GetTimestamp();
        action();
        return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
    }
}
