using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace PmemTyped.Tool;

/// <summary>Ranges of blocks as people write them: "7", "3-5", "100-", "-9", and several of them with commas between.</summary>
internal static class BlockRanges
{
    /// <summary>What is meant where the option is not given.</summary>
    internal static IReadOnlyList<(long First, long Last)> All { get; } = [(0, long.MaxValue)];

    /// <summary>Makes the option.</summary>
    internal static Option<IReadOnlyList<(long First, long Last)>?> NewOption() => new("--range", "-r")
    {
        Description = "Blocks to print: 7, 3-5, 100- or -9, several with commas. If not given, all.",
        HelpName = "range",
        CustomParser = Parse,
    };

    /// <summary>The blocks of the ranges that exist; null when one of the ranges has none.</summary>
    internal static IEnumerable<long>? Within(IReadOnlyList<(long First, long Last)> ranges, long blockCount) =>
        ranges.Any(r => r.First >= blockCount)
            ? null
            : ranges.SelectMany(r => Blocks(r.First, Math.Min(r.Last, blockCount - 1)));

    private static List<(long First, long Last)> Parse(ArgumentResult result)
    {
        var ranges = new List<(long First, long Last)>();
        foreach (string text in result.Tokens[0].Value.Split(','))
        {
            int dash = text.IndexOf('-', StringComparison.Ordinal);
            string first = dash < 0 ? text : text[..dash];
            string last = dash < 0 ? text : text[(dash + 1)..];
            bool isRange = TryParse(first, 0, out long from) & TryParse(last, long.MaxValue, out long to);
            if (!isRange || from > to || text is "" or "-")
            {
                result.AddError($"'{text}' is not a range of blocks. Give 7, 3-5, 100- or -9.");
                return [];
            }

            ranges.Add((from, to));
        }

        return ranges;
    }

    private static bool TryParse(string text, long missing, out long number)
    {
        number = missing;
        return text.Length == 0 || long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
    }

    private static IEnumerable<long> Blocks(long first, long last)
    {
        for (long block = first; block <= last; block++)
        {
            yield return block;
        }
    }
}
