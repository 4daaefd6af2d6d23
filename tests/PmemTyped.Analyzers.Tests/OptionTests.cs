using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace PmemTyped.Analyzers.Tests;

/// <summary>What .editorconfig says is respected, and each finding leads to its page.</summary>
public class OptionTests
{
    // Only the call can throw: without the option nothing is said about it.
    private const string Source = "using PmemTyped; static class C { public static void A(Persistent<Account> a) { a.Id = 1; Out.Risky(); a.Persist(); } }";

    [Theory]
    [InlineData("on", 1)]
    [InlineData("off", 0)]
    [InlineData(null, 0)]
    public async Task Calls_that_can_throw_are_ways_out_when_asked_for(string? value, int expected)
    {
        ImmutableArray<Diagnostic> found = await FoundAsync(Source, "PMT1010", value);

        Assert.Equal(expected, found.Count(d => d.Id == "PMT1010"));
    }

    [Theory]
    [InlineData(ReportDiagnostic.Suppress, null)]
    [InlineData(ReportDiagnostic.Error, DiagnosticSeverity.Error)]
    [InlineData(ReportDiagnostic.Info, DiagnosticSeverity.Info)]
    public async Task A_severity_can_be_chosen(ReportDiagnostic chosen, DiagnosticSeverity? expected)
    {
        Compilation compilation = AnalyzerRun.Generate([AnalyzerRun.PreludeTree, AnalyzerRun.Parse(Source.Replace("a.Persist();", "", StringComparison.Ordinal), "Source.cs")]);
        compilation = compilation.WithOptions(compilation.Options.WithSpecificDiagnosticOptions([new("PMT1001", chosen)]));

        ImmutableArray<Diagnostic> found = await AnalyzerRun.AnalyzeAsync(compilation, AnalyzerRun.All);

        Assert.Equal(expected, found.SingleOrDefault(d => d.Id == "PMT1001")?.Severity);
    }

    [Fact]
    public void Every_rule_leads_to_its_page() => Assert.All(
        AnalyzerRun.All.SelectMany(a => a.SupportedDiagnostics),
        r => Assert.EndsWith($"docs/diagnostics/{r.Id}.md", r.HelpLinkUri, StringComparison.Ordinal));

    private static async Task<ImmutableArray<Diagnostic>> FoundAsync(string source, string rule, string? value)
    {
        Compilation compilation = AnalyzerRun.Generate([AnalyzerRun.PreludeTree, AnalyzerRun.Parse(source, "Source.cs")], rule);
        var options = new AnalyzerOptions([], new Options(value));
        return await compilation.WithAnalyzers(AnalyzerRun.All, options).GetAnalyzerDiagnosticsAsync(CancellationToken.None);
    }

    private sealed class Options(string? value) : AnalyzerConfigOptionsProvider
    {
        public override AnalyzerConfigOptions GlobalOptions { get; } = new Values(value);

        public override AnalyzerConfigOptions GetOptions(SyntaxTree tree) => GlobalOptions;

        public override AnalyzerConfigOptions GetOptions(AdditionalText textFile) => GlobalOptions;
    }

    private sealed class Values(string? value) : AnalyzerConfigOptions
    {
        public override bool TryGetValue(string key, [NotNullWhen(true)] out string? found)
        {
            found = key == "pmemtyped.exceptional_paths" ? value : null;
            return found is not null;
        }
    }
}
