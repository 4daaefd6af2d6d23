using System.CommandLine.Parsing;
using System.Globalization;

namespace PmemTyped.Tool;

/// <summary>
/// Sizes as people write them: a whole number of bytes, or one with K, M, G or T, which are powers of 1024 with and
/// without "iB" or "B" behind them. There are no powers of 1000 here, so that no suffix has two meanings.
/// </summary>
internal static class ByteSize
{
    private const string Units = "KMGT";
    private const int BitsPerUnit = 10;

    /// <summary>Reads a size.</summary>
    /// <param name="text">For example 4096, 64M, 64MiB, 64mb, 512B.</param>
    /// <param name="bytes">The size in bytes.</param>
    /// <returns>False when the text is no size, or one of 2^63 bytes and more.</returns>
    internal static bool TryParse(ReadOnlySpan<char> text, out long bytes)
    {
        bytes = 0;
        int digits = text.IndexOfAnyExceptInRange('0', '9');
        ReadOnlySpan<char> number = digits < 0 ? text : text[..digits];
        ReadOnlySpan<char> suffix = digits < 0 ? [] : text[digits..];
        return TryParseSuffix(suffix, out int shift)
            && long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out long count)
            && count <= long.MaxValue >> shift
            && (bytes = count << shift) >= 0;
    }

    /// <summary>The parser of size arguments and options.</summary>
    internal static long Parse(ArgumentResult result)
    {
        string text = result.Tokens[0].Value;
        if (!TryParse(text, out long bytes))
        {
            result.AddError(
                $"'{text}' is not a size. Give a number of bytes, or one with K, M, G or T (powers of 1024).");
        }

        return bytes;
    }

    /// <summary>A size in its largest suitable unit, one digit after the point: "16.0 MiB".</summary>
    internal static string Rounded(long bytes)
    {
        int unit = 0;
        while (unit < Units.Length && bytes >> (BitsPerUnit * (unit + 1)) > 0)
        {
            unit++;
        }

        return unit == 0
            ? string.Create(CultureInfo.InvariantCulture, $"{bytes} B")
            : string.Create(
                CultureInfo.InvariantCulture,
                $"{(double)bytes / (1L << (BitsPerUnit * unit)):F1} {Units[unit - 1]}iB");
    }

    private static bool TryParseSuffix(ReadOnlySpan<char> suffix, out int shift)
    {
        shift = 0;
        if (suffix.IsEmpty || suffix.Equals("B", StringComparison.OrdinalIgnoreCase))
        {
            return true;
        }

        int unit = Units.IndexOf(char.ToUpperInvariant(suffix[0]), StringComparison.Ordinal);
        shift = BitsPerUnit * (unit + 1);
        ReadOnlySpan<char> rest = suffix[1..];
        return unit >= 0
            && (rest.IsEmpty
                || rest.Equals("B", StringComparison.OrdinalIgnoreCase)
                || rest.Equals("iB", StringComparison.OrdinalIgnoreCase));
    }
}
