using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Diagnostics.Telemetry;
using Microsoft.CodeAnalysis.Operations;
using Xunit.Abstractions;

namespace PmemTyped.Analyzers.Tests;

/// <summary>
/// What one method with a loop, a branch, try/finally and foreach costs, in processor time. The compiler builds operations and
/// graph when somebody asks for them, so two analyzers that only ask are measured beside ours. Of each the least of all rounds is
/// printed at the end: other work on the machine only adds. PMEMTYPED_METHODS sets how many. With DOTNET_TieredCompilation=0 code
/// is compiled once, for speed; otherwise compiling it again in the background is counted for minutes.
/// </summary>
[Collection(nameof(AloneCollection))]
public sealed class SpeedTests(ITestOutputHelper output)
{
    private const int DefaultMethods = 200;
    private const int Rounds = 5;
    private const int WarmUpRounds = 2;

    [Fact]
    public async Task Every_one_of_many_methods_is_analyzed()
    {
        string? asked = Environment.GetEnvironmentVariable("PMEMTYPED_METHODS");
        int methods = asked is null ? DefaultMethods : int.Parse(asked, CultureInfo.InvariantCulture);
        Compilation compilation = Many(methods);

        // The first rounds pay for compiling the analyzers themselves; an editor and a build server do so once.
        Compilation warm = Many(Math.Min(methods, DefaultMethods));
        for (int round = 0; asked is not null && round < WarmUpRounds; round++)
        {
            _ = await CostAsync(warm, new OnlyGraph());
            _ = await CostAsync(warm, [.. AnalyzerRun.All]);
        }

        int found = 0;
        double[] least = [double.MaxValue, double.MaxValue, double.MaxValue, double.MaxValue];
        for (int round = 0; round < Rounds; round++)
        {
            var (operations, _, _) = await CostAsync(compilation, new OnlyOperations());
            var (graph, _, _) = await CostAsync(compilation, new OnlyGraph());
            var (own, clock, diagnostics) = await CostAsync(compilation, new DurabilityAnalyzer());
            var (all, _, _) = await CostAsync(compilation, [.. AnalyzerRun.All]);
            found = diagnostics.Count(d => d.Id == "PMT1003");
            least = [Math.Min(least[0], operations), Math.Min(least[1], graph), Math.Min(least[2], own), Math.Min(least[3], all)];
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"round {round}, {methods} methods, ms of processor time each: operations {operations / methods:F3}, with graph {graph / methods:F3}, " +
                $"with durability {own / methods:F3}, all analyzers {all / methods:F3}; durability by the compiler's clock {clock / methods:F3}"));
        }

        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"least, {methods} methods, ms each: operations {least[0] / methods:F3}, graph {(least[1] - least[0]) / methods:F3}, " +
            $"durability {(least[2] - least[1]) / methods:F3}, other analyzers {(least[3] - least[2]) / methods:F3}, " +
            $"all of ours {(least[3] - least[1]) / methods:F3}"));
        Assert.Equal(methods, found);
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
        Compilation compilation = AnalyzerRun.Generate(
            [AnalyzerRun.PreludeTree, AnalyzerRun.Parse(AnalyzerRun.Usings + "static class Many {" + body + "}", "Many.cs")]);
        _ = compilation.GetDiagnostics();
        return compilation;
    }

    private static async Task<(double Processor, double Clock, ImmutableArray<Diagnostic> Found)> CostAsync(
        Compilation compilation, params DiagnosticAnalyzer[] analyzers)
    {
        var options = new CompilationWithAnalyzersOptions(new AnalyzerOptions([]), null, concurrentAnalysis: false, logAnalyzerExecutionTime: true);
        CompilationWithAnalyzers run = compilation.Clone().WithAnalyzers([.. analyzers], options);
        GC.Collect();
        using var process = Process.GetCurrentProcess();
        TimeSpan before = process.TotalProcessorTime;
        ImmutableArray<Diagnostic> found = await run.GetAnalyzerDiagnosticsAsync(CancellationToken.None);
        process.Refresh();
        TimeSpan after = process.TotalProcessorTime;
        AnalyzerTelemetryInfo clock = await run.GetAnalyzerTelemetryInfoAsync(analyzers[0], CancellationToken.None);
        return ((after - before).TotalMilliseconds, clock.ExecutionTime.TotalMilliseconds, found);
    }

#pragma warning disable RS1001 // They are measured, not shipped.
    private abstract class Baseline : DiagnosticAnalyzer
    {
        public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } =
            [new("BASE", "Baseline", "Baseline", "Test", DiagnosticSeverity.Warning, isEnabledByDefault: true)];

        public override void Initialize(AnalysisContext context)
        {
            context.EnableConcurrentExecution();
            context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
            context.RegisterOperationBlockAction(Ask);
        }

        protected abstract void Ask(OperationBlockAnalysisContext context);
    }

    private sealed class OnlyOperations : Baseline
    {
        protected override void Ask(OperationBlockAnalysisContext context)
        {
            foreach (IOperation block in context.OperationBlocks)
            {
                _ = block.DescendantsAndSelf().Count();
            }
        }
    }

    private sealed class OnlyGraph : Baseline
    {
        protected override void Ask(OperationBlockAnalysisContext context)
        {
            foreach (IOperation block in context.OperationBlocks)
            {
                if (block.Kind is OperationKind.Block or OperationKind.MethodBody)
                {
                    _ = context.GetControlFlowGraph(block);
                }
            }
        }
    }
#pragma warning restore RS1001
}
