using System.Text;
using System.Text.RegularExpressions;

namespace PmemTyped.Analyzers.Tests;

/// <summary>
/// Source text with expectations in it: <c>{|PMT0003:Name|}</c> expects that rule on exactly that span.
/// </summary>
internal sealed partial record Markup(string Source, IReadOnlyList<string> Expected)
{
    internal static Markup Parse(string text)
    {
        var source = new StringBuilder();
        var expected = new List<string>();
        int position = 0;
        foreach (Match match in Pattern().Matches(text))
        {
            source.Append(text, position, match.Index - position);
            string marked = match.Groups["text"].Value;
            expected.AddRange(match.Groups["ids"].Value.Split(',').Select(id => Describe(id, source.Length, marked)));
            source.Append(marked);
            position = match.Index + match.Length;
        }

        source.Append(text, position, text.Length - position);
        expected.Sort(StringComparer.Ordinal);
        return new Markup(source.ToString(), expected);
    }

    internal static string Describe(string id, int start, string text) => $"{id} at {start:D4} '{text}'";

    [GeneratedRegex(@"\{\|(?<ids>[A-Z0-9,]+):(?<text>.*?)\|\}", RegexOptions.Singleline)]
    private static partial Regex Pattern();
}
