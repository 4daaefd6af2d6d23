namespace PmemTyped.Architecture.Tests;

/// <summary>The project stands alone: its text names no place on the machine where it was written.</summary>
public sealed class RepositoryTextTests
{
    // Put together here, so that this file does not contain them.
    private static readonly string[] s_places =
        [string.Concat("/", "work/"), string.Concat("/", "root/"), string.Concat("../", "shared")];

    private static readonly string[] s_conflicts = [new('<', 7), new('>', 7)];

    private static readonly (string File, string[] Lines)[] s_texts =
    [
        .. Repository.Files("*", "")
            .Select(f => (File: f, Text: Repository.Read(f)))
            .Where(f => !f.Text.Contains('\0', StringComparison.Ordinal))
            .Select(f => (f.File, f.Text.Split('\n'))),
    ];

    [Fact]
    public void No_text_names_a_path_of_a_machine() => Golden.None(
        "Paths of a machine", Lines(line => s_places.Any(place => line.Contains(place, StringComparison.Ordinal))));

    [Fact]
    public void No_text_holds_the_marks_of_an_unresolved_merge() => Golden.None(
        "Marks of a merge", Lines(line => s_conflicts.Any(mark => line.StartsWith(mark + " ", StringComparison.Ordinal))));

    [Fact]
    public void Every_relative_link_between_documents_leads_somewhere() => Golden.None(
        "Dead links",
        s_texts.Where(t => t.File.EndsWith(".md", StringComparison.Ordinal)).SelectMany(t => Links(t.Lines)
            .Where(link => !Exists(Path.Combine(Path.GetDirectoryName(Repository.PathOf(t.File))!, link)))
            .Select(link => $"{t.File}: {link}")));

    private static IEnumerable<string> Lines(Func<string, bool> isWrong)
    {
        Assert.NotEmpty(s_texts);
        return s_texts.SelectMany(t => t.Lines.Index()
            .Where(l => isWrong(l.Item))
            .Select(l => FormattableString.Invariant($"{t.File}, line {l.Index + 1}: {l.Item.Trim()}")));
    }

    private static IEnumerable<string> Links(string[] lines) => lines
        .SelectMany(line => line.Split("](").Skip(1))
        .Select(rest => rest.Split(')')[0].Split('#')[0])
        .Where(link => link.Length > 0 && !link.Contains("://", StringComparison.Ordinal));

    private static bool Exists(string path) => File.Exists(path) || Directory.Exists(path);
}
