using System.Collections.Immutable;
using System.Globalization;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Xunit.Abstractions;

namespace PmemTyped.Analyzers.Tests;

/// <summary>
/// What our analyzers cost for one method with a loop, a branch, try/finally and foreach. The compiler builds operations before it
/// calls any analyzer, and the graph when the first one asks, for all of them. So one that only asks goes before ours and one that
/// does nothing after them, and the time between the two is ours. PMEMTYPED_METHODS sets how many methods. With
/// DOTNET_TieredCompilation=0 code is compiled once, for speed; otherwise the first rounds run what is not optimized yet.
/// </summary>
[Collection(nameof(AloneCollection))]
public sealed class SpeedTests(ITestOutputHelper output)
{
    private const int DefaultMethods = 200;
    private const int Rounds = 15;

    [Fact]
    public async Task Every_one_of_many_methods_is_analyzed()
    {
        int methods = int.Parse(Environment.GetEnvironmentVariable("PMEMTYPED_METHODS") ?? $"{DefaultMethods}", CultureInfo.InvariantCulture);
        Compilation compilation = Many(methods);

        var clock = new BlockClock();
        double declarations = double.MaxValue;
        double whole = double.MaxValue;
        for (int round = 0; round < Rounds; round++)
        {
            var (found, bodies, rest) = await AnalyzeAsync(compilation, clock);
            Assert.Equal(methods, found.Count(d => d.Id == "PMT1003"));
            declarations = Math.Min(declarations, rest);
            whole = Math.Min(whole, bodies + rest);
        }

        Assert.Equal(methods, clock.Methods);
        double ours = (clock.Analyzers + declarations) / methods;
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{methods} methods, least of {Rounds} rounds, all our analyzers: {ours:F3} ms per method, {ours + (clock.Graph / methods):F3} ms with " +
            $"the compiler's graph; {whole / methods:F3} ms in the best whole round, with collections of garbage and without graph"));
    }

    private static Compilation Many(int methods)
    {
        string body = string.Concat(Enumerable.Range(0, methods).Select(i => FormattableString.Invariant($$"""
            public static void M{{i}}(Persistent<Account> a, Persistent<Account> b, int n, bool c)
            {
                for (int i = 0; i < n; i++) { a.Balance += i; if (c) { a.Persist(); } }
                try { foreach (char x in "abc") { b.Flags = x; } } finally { b.Persist(); }
                a.Persist();
                if (c) { return; }
                a.Id = {{i}};
            }

            """)));
        return AnalyzerRun.Generate(
            [AnalyzerRun.PreludeTree, AnalyzerRun.Parse(AnalyzerRun.Usings + "static class Many {" + body + "}", "Many.cs")]);
    }

    // Milliseconds by the compiler's own clock: the analyzer of bodies, and those of declarations.
    private static async Task<(ImmutableArray<Diagnostic> Found, double Bodies, double Declarations)> AnalyzeAsync(Compilation compilation, BlockClock clock)
    {
        var options = new CompilationWithAnalyzersOptions(new AnalyzerOptions([]), null, concurrentAnalysis: false, logAnalyzerExecutionTime: true);
        CompilationWithAnalyzers run = compilation.WithAnalyzers([new Before(clock), .. AnalyzerRun.All, new After(clock)], options);
        GC.Collect();
        ImmutableArray<Diagnostic> found = await run.GetAnalyzerDiagnosticsAsync(CancellationToken.None);
        Assert.DoesNotContain(found, d => d.Id == "AD0001");

        double bodies = 0;
        double declarations = 0;
        foreach (DiagnosticAnalyzer analyzer in AnalyzerRun.All)
        {
            double time = (await run.GetAnalyzerTelemetryInfoAsync(analyzer, CancellationToken.None)).ExecutionTime.TotalMilliseconds;
            bodies += analyzer is DurabilityAnalyzer ? time : 0;
            declarations += analyzer is DurabilityAnalyzer ? 0 : time;
        }

        return (found, bodies, declarations);
    }

#pragma warning disable RS1001 // They measure, and are not shipped.
    private abstract class Neighbour : DiagnosticAnalyzer
    {
        public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } =
            [new("CLOCK", "Clock", "Clock", "Test", DiagnosticSeverity.Warning, isEnabledByDefault: true)];

        public override void Initialize(AnalysisContext context)
        {
            context.EnableConcurrentExecution();
            context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
            context.RegisterOperationBlockAction(block =>
            {
                if (block.OwningSymbol.ContainingType?.Name == "Many")
                {
                    See(block);
                }
            });
        }

        protected abstract void See(OperationBlockAnalysisContext block);
    }

    private sealed class Before(BlockClock clock) : Neighbour
    {
        protected override void See(OperationBlockAnalysisContext block) =>
            clock.Start(block.OwningSymbol.Name, () => block.GetControlFlowGraph(block.OperationBlocks[0]));
    }

    private sealed class After(BlockClock clock) : Neighbour
    {
        protected override void See(OperationBlockAnalysisContext block) => clock.Stop(block.OwningSymbol.Name);
    }
#pragma warning restore RS1001
}
