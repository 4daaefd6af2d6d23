using System.Text.RegularExpressions;

namespace PmemTyped.Architecture.Tests;

/// <summary>Every diagnostic is declared, released and explained, under one title.</summary>
public sealed partial class DiagnosticPageTests
{
    private static readonly string[] s_declared =
    [
        .. Repository.Files("*.cs", "analyzers")
            .SelectMany(f => Declared().Matches(Repository.Read(f)).Select(m => $"{m.Groups[1].Value}: {m.Groups[2].Value}"))
            .Distinct(),
    ];

    [Fact]
    public void Every_diagnostic_has_a_page_and_every_page_a_diagnostic() => Golden.SameLines(
        "First lines in docs/diagnostics",
        s_declared.Select(d => $"{d[..7]}.md # {d}"),
        Repository.Files("PMT*.md", "docs/diagnostics").Select(f => $"{Path.GetFileName(f)} {FirstLine(f)}"));

    [Fact]
    public void Every_diagnostic_is_in_the_release_notes_and_every_note_has_a_diagnostic() => Golden.SameLines(
        "Lines in AnalyzerReleases",
        s_declared,
        Repository.Files("AnalyzerReleases.*.md", "analyzers")
            .SelectMany(f => Released().Matches(Repository.Read(f)).Select(m => $"{m.Groups[1].Value}: {m.Groups[2].Value}")));

    [Fact]
    public void Every_diagnostic_links_to_its_page()
    {
        string analyzers = string.Concat(Repository.Files("*.cs", "analyzers").Select(Repository.Read));

        Assert.NotEmpty(s_declared);
        Golden.None(
            "Without a link",
            s_declared.Select(d => d[..7])
                .Where(id => !analyzers.Contains($"docs/diagnostics/{id}.md", StringComparison.Ordinal)));
    }

    private static string FirstLine(string file) => Repository.Read(file).Split('\n')[0];

    [GeneratedRegex(@"""(PMT\d{4})"",\s+""([^""]+)""")]
    private static partial Regex Declared();

    [GeneratedRegex(@"^(PMT\d{4}) \|[^|]+\|[^|]+\| (.+)$", RegexOptions.Multiline)]
    private static partial Regex Released();
}
