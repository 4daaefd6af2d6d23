using System.Runtime.CompilerServices;
using Microsoft.CodeAnalysis;
using PmemTyped.Analyzers.Rules;

namespace PmemTyped.Analyzers.Tests;

public class LayoutRuleTests
{
    private static readonly string[] s_partsOfPage = ["## What it says", "## Example", "## Why", "## How to fix"];

    // Names on media are unique in a program, so each row gets its own.
    private static readonly RowBatch s_rows = new(LayoutCases.All.Select((c, i) => c.Source.Replace(
        "[PersistentLayout(\"", FormattableString.Invariant($"[PersistentLayout(\"{i}."), StringComparison.Ordinal)));

    public static TheoryData<string, string> Cases
    {
        get
        {
            var rows = new TheoryData<string, string>();
            foreach (var (rule, name, _) in LayoutCases.All)
            {
                rows.Add(rule, name);
            }

            return rows;
        }
    }

    public static TheoryData<string> Rules => [.. LayoutRules.All.Select(r => r.Id)];

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task A_rule_fires_where_marked_and_nowhere_else(string rule, string name) =>
        await s_rows.VerifyAsync(Array.FindIndex(LayoutCases.All, c => c.Rule == rule && c.Name == name));

    [Theory]
    [MemberData(nameof(Rules))]
    public void Every_rule_has_two_cases_that_fire_and_two_that_are_silent(string rule)
    {
        var cases = LayoutCases.All.Where(c => c.Rule == rule).ToList();

        Assert.True(cases.Count(c => c.Source.Contains(rule, StringComparison.Ordinal)) >= 2, "firing");
        Assert.True(cases.Count(c => !c.Source.Contains("{|", StringComparison.Ordinal)) >= 2, "silent");
    }

    [Theory]
    [MemberData(nameof(Rules))]
    public void Every_rule_has_a_page_with_the_same_four_parts(string rule)
    {
        DiagnosticDescriptor descriptor = LayoutRules.All.Single(r => r.Id == rule);

        string page = File.ReadAllText(Path.Combine(Root(), descriptor.HelpLinkUri));

        Assert.StartsWith($"# {rule}: {descriptor.Title}\n", page, StringComparison.Ordinal);
        Assert.Contains($"Severity: {descriptor.DefaultSeverity}".ToUpperInvariant(), page.ToUpperInvariant(), StringComparison.Ordinal);
        Assert.Equal(s_partsOfPage, page.Split('\n').Where(l => l.StartsWith("## ", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_message_names_the_symbol_and_says_what_was_found()
    {
        Compilation compilation = AnalyzerRun.Generate(
            AnalyzerRun.Usings + "[PersistentLayout(\"s\")] public partial struct S { public byte A; public long B; }");

        Diagnostic diagnostic = Assert.Single(
            await AnalyzerRun.AnalyzeAsync(compilation, [new PersistentLayoutAnalyzer()]));

        Assert.Equal("'B': 7 hidden bytes lie before it, at offset 1", diagnostic.GetMessage(null));
    }

    private static string Root([CallerFilePath] string file = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(file)!, "..", ".."));
}
