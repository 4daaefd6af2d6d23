using System.Text;
using System.Text.RegularExpressions;

namespace PmemTyped.Analyzers.Tests;

/// <summary>
/// Source text with expectations in it: <c>{|PMT0003:Name|}</c> expects that rule on exactly that span. Spans may lie
/// in each other.
/// </summary>
internal sealed partial record Markup(string Source, IReadOnlyList<string> Expected)
{
    internal static Markup Parse(string text)
    {
        var source = new StringBuilder();
        var expected = new List<string>();
        var open = new Stack<(string Ids, int Start)>();
        int position = 0;
        foreach (Match match in Pattern().Matches(text))
        {
            source.Append(text, position, match.Index - position);
            position = match.Index + match.Length;
            if (match.Groups["ids"] is { Success: true, Value: { } ids })
            {
                open.Push((ids, source.Length));
                continue;
            }

            var (inner, start) = open.Pop();
            string marked = source.ToString(start, source.Length - start);
            expected.AddRange(inner.Split(',').Select(id => Describe(id, start, marked)));
        }

        source.Append(text, position, text.Length - position);
        expected.Sort(StringComparer.Ordinal);
        return new Markup(source.ToString(), expected);
    }

    internal static string Describe(string id, int start, string text) => $"{id} at {start:D4} '{text}'";

    [GeneratedRegex(@"\{\|(?<ids>[A-Z0-9,]+):|\|\}")]
    private static partial Regex Pattern();
}
