using System.Globalization;
using Microsoft.CodeAnalysis.Text;

namespace PmemTyped.Analyzers.LockFile;

/// <summary>One field of a recorded layout.</summary>
internal readonly record struct LockedField(int Offset, string Name, string Wire)
{
    internal bool IsReserved => Name == "-";
}

/// <summary>
/// One line of the lock file, which is the description of a layout:
/// <c>bank.account@2 size=64 align=64 hash=8c1d4f0a53b7e296 { 0:Id:i64 8:Balance:i64 }</c>, with <c>retired</c> behind it
/// when no type declares the layout any more.
/// </summary>
internal sealed record LockLine(string Name, int Version, string Head, IReadOnlyList<LockedField> Fields, bool IsRetired, string Text, TextSpan Span)
{
    internal const string RetiredMark = "retired";

    /// <summary>Gets the order of lines: by name, then by falling version, so that a new version comes first.</summary>
    internal static Comparison<LockLine> Order { get; } = (a, b) =>
        string.CompareOrdinal(a.Name, b.Name) is var byName && byName != 0 ? byName : b.Version.CompareTo(a.Version);

    /// <summary>Gets the line without the mark.</summary>
    internal string Description => IsRetired ? Text.Substring(0, Text.Length - RetiredMark.Length).TrimEnd() : Text;

    internal static LockLine? Parse(string text, TextSpan span)
    {
        bool isRetired = text.EndsWith("} " + RetiredMark, StringComparison.Ordinal);
        string line = isRetired ? text.Substring(0, text.Length - RetiredMark.Length - 1) : text;
        int open = line.IndexOf(" {", StringComparison.Ordinal);
        int at = line.IndexOf('@');
        int blank = line.IndexOf(' ');
        if (open < 0 || at <= 0 || blank < at || !line.EndsWith(" }", StringComparison.Ordinal)
            || !int.TryParse(line.Substring(at + 1, blank - at - 1), NumberStyles.None, CultureInfo.InvariantCulture, out int version))
        {
            return null;
        }

        var fields = new List<LockedField>();
        foreach (string part in line.Substring(open + 2, line.Length - open - 3).Split([' '], StringSplitOptions.RemoveEmptyEntries))
        {
            string[] words = part.Split([':'], 3);
            if (words.Length != 3 || !int.TryParse(words[0], NumberStyles.None, CultureInfo.InvariantCulture, out int offset))
            {
                return null;
            }

            fields.Add(new LockedField(offset, words[1], words[2]));
        }

        return new LockLine(line.Substring(0, at), version, line.Substring(blank + 1, open - blank - 1), fields, isRetired, text, span);
    }
}
