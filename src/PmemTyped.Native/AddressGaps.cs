using System.Globalization;

namespace PmemTyped.Native;

/// <summary>Finds free address space from the kernel's list of what this process has mapped.</summary>
internal static class AddressGaps
{
    private const string MapsOfThisProcess = "/proc/self/maps";

    /// <summary>The lowest aligned gap at or above the hint as things are now, or null.</summary>
    internal static long? Lowest(long hint, long lengthBytes, long alignmentBytes) =>
        Lowest(File.ReadLines(MapsOfThisProcess), hint, lengthBytes, alignmentBytes);

    /// <summary>
    /// The lowest aligned gap in a list of ranges ordered by address, each line beginning "start-end " in hexadecimal.
    /// Address 0 is never part of it, because the runtime reads a fault there as a null reference.
    /// </summary>
    internal static long? Lowest(IEnumerable<string> lines, long hint, long lengthBytes, long alignmentBytes)
    {
        ulong alignment = (ulong)alignmentBytes;
        ulong length = (ulong)lengthBytes;
        ulong candidate = RoundUp(Math.Max((ulong)hint, alignment), alignment);
        foreach (string line in lines)
        {
            ReadOnlySpan<char> range = line.AsSpan(0, line.IndexOf(' ', StringComparison.Ordinal));
            int dash = range.IndexOf('-');
            ulong start = ulong.Parse(range[..dash], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
            ulong end = ulong.Parse(range[(dash + 1)..], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);

            // Compared by distance, because candidate + length may pass the end of all addresses.
            if (candidate <= start && length <= start - candidate)
            {
                break;
            }

            if (candidate < end)
            {
                candidate = RoundUp(end, alignment);
            }

            if (candidate is 0 or > long.MaxValue)
            {
                return null;
            }
        }

        return candidate <= long.MaxValue && length <= long.MaxValue - candidate ? (long)candidate : null;
    }

    private static ulong RoundUp(ulong address, ulong alignment) => unchecked((address + alignment - 1) & (0 - alignment));
}
