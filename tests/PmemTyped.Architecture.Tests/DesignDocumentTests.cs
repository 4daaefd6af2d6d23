using System.Text.RegularExpressions;

namespace PmemTyped.Architecture.Tests;

/// <summary>Every design document answers the same questions, so that a reader knows where to look.</summary>
public sealed partial class DesignDocumentTests
{
    private static readonly string[] s_sections =
        ["Problem", "Requirements", "Decision", "Alternatives", "Ordering invariants", "Tests"];

    private static readonly IReadOnlyList<string> s_designs = Repository.Files("*.md", "docs/design");

    [Fact]
    public void Every_design_document_has_the_same_sections_in_the_same_order() => Golden.None(
        "Other sections",
        s_designs.Where(f => !Section().Matches(Repository.Read(f)).Select(m => m.Groups[1].Value).SequenceEqual(s_sections)));

    [Fact]
    public void Every_design_document_carries_its_number_in_its_title()
    {
        Golden.None(
            "Another number",
            s_designs.Where(f => !Repository.Read(f).StartsWith($"# Design {Path.GetFileName(f)[..4]}: ", StringComparison.Ordinal)));
        Assert.NotEmpty(s_designs);
    }

    [Fact]
    public void Every_design_named_in_the_code_exists() => Golden.None(
        "Not in docs/design",
        Repository.Files("*.cs", "src")
            .SelectMany(f => Named().Matches(Repository.Read(f)).Select(m => (File: f, Number: m.Groups[1].Value)))
            .Where(n => !s_designs.Any(d => Path.GetFileName(d).StartsWith(n.Number, StringComparison.Ordinal)))
            .Select(n => $"{n.File}: Design {n.Number}"));

    [Fact]
    public void Every_design_document_is_in_the_index() => Golden.None(
        "Not in docs/README.md",
        s_designs.Where(f => !Repository.Read("docs/README.md").Contains($"(design/{Path.GetFileName(f)})", StringComparison.Ordinal)));

    [GeneratedRegex("^## (.+)$", RegexOptions.Multiline)]
    private static partial Regex Section();

    [GeneratedRegex(@"\bDesign (\d{4})\b")]
    private static partial Regex Named();
}
