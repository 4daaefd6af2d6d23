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
        ImmutableArray<Diagnostic> found = await FoundAsync(Source, "PMT1010", "pmemtyped.exceptional_paths", value);

        Assert.Equal(expected, found.Count(d => d.Id == "PMT1010"));
    }

    [Theory]
    [InlineData("stored", "a.Id = 1;", "PMT1001", "")]
    [InlineData("stored on one path", "a.Id = 1; if (c) { return; } a.Persist();", "PMT1001", "")]
    [InlineData("stored after the flush", "a.Persist(); a.Id = 1;", "PMT1003", "")]
    [InlineData("flushed, not drained", "a.Id = 1; a.Flush();", "PMT1002", "PMT1002")]
    [InlineData("published early", "a.Id = 1; a.Sequence++; a.Persist();", "PMT1004", "PMT1004")]
    [InlineData("linked early", "n.Key = 1; a.Id = n.Offset; a.Persist(); n.Persist();", "PMT1005", "PMT1005")]
    [InlineData("handed over early", "a.Id = 1; Out.Hand(a); a.Persist();", "PMT1009", "PMT1009")]
    [InlineData("thrown", "a.Id = 1; if (c) { throw new System.InvalidOperationException(); } a.Persist();", "PMT1010", "")]
    [InlineData("thrown between flush and drain", "a.Id = 1; a.Flush(); if (c) { throw new System.InvalidOperationException(); } a.Drain();", "PMT1010", "PMT1010")]
    public async Task Caches_that_survive_need_no_flush_but_drains_and_order(string name, string body, string without, string with)
    {
        string source = "using PmemTyped; static class C { public static void A(Persistent<Account> a, Persistent<Node> n, bool c) { " + body + " } }";

        Assert.Equal((name, without), (name, await IdsAsync(null)));
        Assert.Equal((name, without), (name, await IdsAsync("false")));
        Assert.Equal((name, with), (name, await IdsAsync("true")));

        async Task<string> IdsAsync(string? value) => string.Join(
            ' ', (await FoundAsync(source, "PMT1010", "pmemtyped.assume_eadr", value)).Select(d => d.Id));
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

    private static async Task<ImmutableArray<Diagnostic>> FoundAsync(string source, string rule, string key, string? value)
    {
        Compilation compilation = AnalyzerRun.Generate([AnalyzerRun.PreludeTree, AnalyzerRun.Parse(source, "Source.cs")], rule);
        var options = new AnalyzerOptions([], new Options(key, value));
        return await compilation.WithAnalyzers(AnalyzerRun.All, options).GetAnalyzerDiagnosticsAsync(CancellationToken.None);
    }

    private sealed class Options(string key, string? value) : AnalyzerConfigOptionsProvider
    {
        public override AnalyzerConfigOptions GlobalOptions { get; } = new Values(key, value);

        public override AnalyzerConfigOptions GetOptions(SyntaxTree tree) => GlobalOptions;

        public override AnalyzerConfigOptions GetOptions(AdditionalText textFile) => GlobalOptions;
    }

    private sealed class Values(string key, string? value) : AnalyzerConfigOptions
    {
        public override bool TryGetValue(string asked, [NotNullWhen(true)] out string? found)
        {
            found = asked == key ? value : null;
            return found is not null;
        }
    }
}
