using System.Globalization;

namespace PmemTyped.Architecture.Tests;

/// <summary>A file that needs scrolling holds two ideas. The list of long ones may only shrink.</summary>
public sealed class FileSizeTests
{
    private const string List = "tests/Golden/files-over-300-lines.txt";
    private const int TargetLines = 300;
    private const int MaxLines = 500;

    private static readonly Dictionary<string, int> s_lines = Repository
        .Files("*.cs", "src", "generators", "analyzers", "tests", "samples", "benchmarks")
        .Where(f => !f.EndsWith(".verified.cs", StringComparison.Ordinal))
        .ToDictionary(f => f, f => File.ReadLines(Repository.PathOf(f)).Count());

    [Fact]
    public void No_file_has_more_than_500_lines() => Golden.None(
        "Too long", s_lines.Where(f => f.Value > MaxLines).Select(f => Invariant(f.Value, f.Key)));

    [Fact]
    public void The_list_of_files_over_300_lines_only_shrinks()
    {
        string[] listed = File.ReadAllLines(Repository.PathOf(List));
        string[] found = [.. s_lines.Where(f => f.Value > TargetLines).Select(f => f.Key)];

        Golden.None(
            "Longer than 300 lines and not listed; split it", found.Except(listed).Select(f => Invariant(s_lines[f], f)));
        if (Golden.IsAccepting)
        {
            File.WriteAllLines(Repository.PathOf(List), found);
            return;
        }

        Golden.None($"Short by now; remove it from {List}", listed.Except(found));
        Assert.NotEmpty(s_lines);
    }

    private static string Invariant(int lines, string file) => string.Create(CultureInfo.InvariantCulture, $"{file}: {lines}");
}
