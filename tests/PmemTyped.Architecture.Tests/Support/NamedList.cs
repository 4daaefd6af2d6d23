using System.Text.RegularExpressions;

namespace PmemTyped.Architecture.Tests.Support;

/// <summary>Lists of exceptions that live in a document: the first code span of each table row between two markers.</summary>
internal static partial class NamedList
{
    internal const string Document = "docs/invariants.md";

    /// <summary>The names of a list.</summary>
    internal static IReadOnlyList<string> Of(string name)
    {
        string text = Repository.Read(Document);
        string begin = $"<!-- list: {name} -->";
        int start = text.IndexOf(begin, StringComparison.Ordinal);
        int end = start < 0 ? -1 : text.IndexOf("<!-- end -->", start, StringComparison.Ordinal);
        Assert.True(end > start, $"{Document} has no list '{name}' between '{begin}' and '<!-- end -->'.");
        return [.. Entry().Matches(text[start..end]).Select(m => m.Groups[1].Value)];
    }

    [GeneratedRegex(@"^\| `([^`]+)` \|", RegexOptions.Multiline)]
    private static partial Regex Entry();
}
