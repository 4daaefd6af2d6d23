using System.Globalization;
using PmemTyped.Native.Linux;

namespace PmemTyped.Mapping.Devices;

/// <summary>The kernel's list of bad sectors of a disk or region: lines of a first sector and a number of sectors.</summary>
internal static class BadSectors
{
    internal const int SectorBytes = 512;

    /// <summary>Reads the list as byte ranges, from the beginning of the disk or region; null when none is kept.</summary>
    /// <exception cref="PmemIOException">It cannot be read.</exception>
    /// <exception cref="PmemFormatException">A line is malformed, or the kernel cut the list off.</exception>
    internal static IReadOnlyList<PmemBadBlock>? Read(SysfsTree tree, string path)
    {
        string? text = tree.Read(path, out int error);
        if (text is null)
        {
            return error == Errno.NoEntry ? null : throw SysfsTree.Unreadable(path, error);
        }

        var found = new List<PmemBadBlock>();
        int offset = 0;
        foreach (string line in text.Split('\n'))
        {
            // A list that does not fit into a page ends in the middle of a line; what is missing could be anything.
            bool isWhole = offset + line.Length < text.Length;
            if (line.Length > 0)
            {
                found.Add(isWhole && Parse(line) is { } range
                    ? range
                    : throw SysfsTree.Malformed(path, offset, "a whole line 'sector count'", line));
            }

            offset += line.Length + 1;
        }

        return found;
    }

    /// <summary>The part of a range inside another one, counted from the beginning of the latter; null for none.</summary>
    internal static PmemBadBlock? Clip(PmemBadBlock range, long start, long lengthBytes)
    {
        long first = Math.Max(range.OffsetBytes - start, 0);
        long end = Math.Min(range.OffsetBytes + range.LengthBytes - start, lengthBytes);
        return first < end ? new PmemBadBlock(first, end - first) : null;
    }

    private static PmemBadBlock? Parse(string line)
    {
        const long MaxSector = long.MaxValue / SectorBytes;
        string[] words = line.Split(' ');
        return words.Length == 2
            && long.TryParse(words[0], NumberStyles.None, CultureInfo.InvariantCulture, out long sector)
            && long.TryParse(words[1], NumberStyles.None, CultureInfo.InvariantCulture, out long count)
            && count > 0
            && sector <= MaxSector
            && count <= MaxSector - sector
                ? new PmemBadBlock(sector * SectorBytes, count * SectorBytes)
                : null;
    }
}
