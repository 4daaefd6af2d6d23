using System.Globalization;

namespace PmemTyped.Sets.PoolSets;

/// <summary>Sizes of part lines: the exact unit table of the sets specification, section 17.3.</summary>
internal static class PoolSetSize
{
    private static readonly (string Unit, long Factor)[] s_units =
    [
        ("", 1), ("B", 1),
        ("K", 1L << 10), ("M", 1L << 20), ("G", 1L << 30), ("T", 1L << 40), ("P", 1L << 50),
        ("KiB", 1L << 10), ("MiB", 1L << 20), ("GiB", 1L << 30), ("TiB", 1L << 40), ("PiB", 1L << 50),
        ("kB", 1_000), ("MB", 1_000_000), ("GB", 1_000_000_000), ("TB", 1_000_000_000_000), ("PB", 1_000_000_000_000_000),
    ];

    /// <summary>Reads a size; None for a good one, with 0 bytes for AUTO.</summary>
    internal static PoolSetFileError Parse(ReadOnlySpan<char> text, out long bytes)
    {
        bytes = 0;
        if (text is "AUTO")
        {
            return PoolSetFileError.None;
        }

        if (text is ['-' or '+', ..])
        {
            return PoolSetFileError.SizeSigned;
        }

        int digits = text.IndexOfAnyExceptInRange('0', '9');
        ReadOnlySpan<char> number = digits < 0 ? text : text[..digits];
        ReadOnlySpan<char> unit = digits < 0 ? [] : text[digits..];
        long factor = FactorOf(unit);
        if (number.IsEmpty || factor == 0)
        {
            return PoolSetFileError.SizeFormat;
        }

        if (!long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out long count)
            || count > long.MaxValue / factor)
        {
            return PoolSetFileError.SizeTooLarge;
        }

        bytes = count * factor;
        return bytes == 0 ? PoolSetFileError.SizeZero : PoolSetFileError.None;
    }

    /// <summary>The canonical text: the largest binary unit that divides the size.</summary>
    internal static string Print(long bytes)
    {
        if (bytes == 0)
        {
            return "AUTO";
        }

        (string unit, long factor) = s_units.Take(7).Last(u => bytes % u.Factor == 0 && u.Unit != "B");
        return FormattableString.Invariant($"{bytes / factor}{unit}");
    }

    private static long FactorOf(ReadOnlySpan<char> unit)
    {
        foreach ((string name, long factor) in s_units)
        {
            if (unit.SequenceEqual(name))
            {
                return factor;
            }
        }

        return 0;
    }
}
