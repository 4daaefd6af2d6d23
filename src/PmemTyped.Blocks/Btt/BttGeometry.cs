using PmemTyped.Blocks.Layout;

namespace PmemTyped.Blocks.Btt;

/// <summary>
/// Divides a pool into arenas (block pool format, section 6). The same numbers as the reference, to the byte.
/// </summary>
internal static class BttGeometry
{
    /// <summary>Where the first arena starts in a pool file: behind header and descriptor.</summary>
    internal const long FirstArena = 8192;

    internal const long MinArenaBytes = 1L << 24;
    internal const long MaxArenaBytes = 1L << 39;
    internal const long PageBytes = 4096;
    internal const int LanesPerArena = 256;

    /// <summary>The smallest file that holds one arena.</summary>
    internal const long MinPoolBytes = FirstArena + MinArenaBytes;

    private const int MinInternalBlockBytes = 512;
    private const int InternalBlockAlignment = 256;

    // Room for aligning the map; part of the format, although the map would often fit without it.
    private const long MapAlignmentReserve = PageBytes;

    private const long FlogBytes = LanesPerArena * BttFlogLayout.SlotBytes;
    private const int MinInternalBlocks = 2 * LanesPerArena;

    internal static long RoundUpToPage(long bytes) => (bytes + PageBytes - 1) & -PageBytes;

    internal static long RoundDownToPage(long bytes) => bytes & -PageBytes;

    /// <summary>Where the copy of an info block is in an arena that takes what the file offers.</summary>
    internal static long InfoCopyAtEnd(long arenaStart, long poolBytes) =>
        Math.Min(arenaStart + MaxArenaBytes, poolBytes) - BttInfoLayout.SizeBytes;

    /// <summary>The arenas of a pool, or null when one of them would have too few blocks.</summary>
    /// <param name="poolBytes">File size, a multiple of 4096, at least <see cref="MinPoolBytes"/>.</param>
    /// <param name="blockBytes">Block size, at least 1.</param>
    internal static ArenaGeometry[]? Plan(long poolBytes, int blockBytes)
    {
        var arenas = new List<ArenaGeometry>();
        long start = FirstArena;
        long remaining = poolBytes - FirstArena;
        while (remaining >= MinArenaBytes)
        {
            long arenaBytes = Math.Min(remaining, MaxArenaBytes);
            remaining -= arenaBytes;
            ArenaGeometry? arena = PlanArena(
                arenas.Count, start, arenaBytes, blockBytes, hasNext: remaining >= MinArenaBytes);
            if (arena is null)
            {
                return null;
            }

            arenas.Add(arena);
            start += arenaBytes;
        }

        return [.. arenas];
    }

    /// <summary>The smallest pool that offers at least so many blocks.</summary>
    /// <exception cref="ArgumentOutOfRangeException">No pool does.</exception>
    internal static long PoolBytesFor(int blockBytes, long blocks)
    {
        long low = MinPoolBytes;
        long high = MinPoolBytes;
        while (Blocks(high, blockBytes) < blocks)
        {
            low = high;
            high = checked(high * 2);
            if (high > 1L << 55)
            {
                throw new ArgumentOutOfRangeException(
                    nameof(blocks), FormattableString.Invariant($"No pool holds {blocks} blocks of {blockBytes} bytes."));
            }
        }

        while (high - low > PageBytes)
        {
            long middle = RoundDownToPage((low + high) / 2);
            if (Blocks(middle, blockBytes) < blocks)
            {
                low = middle;
            }
            else
            {
                high = middle;
            }
        }

        return RoundUpToPage(high);
    }

    /// <summary>One arena of a size, or null when it would have too few blocks.</summary>
    internal static ArenaGeometry? PlanArena(
        int index, long start, long arenaBytes, int blockBytes, bool hasNext)
    {
        long internalBytes =
            (Math.Max((long)blockBytes, MinInternalBlockBytes) + InternalBlockAlignment - 1) & -InternalBlockAlignment;
        long usable = arenaBytes - (2 * BttInfoLayout.SizeBytes) - FlogBytes;
        long internalBlocks = (usable - MapAlignmentReserve) / (internalBytes + BttMapEntry.SizeBytes);
        if (internalBytes > uint.MaxValue || internalBlocks < MinInternalBlocks)
        {
            return null;
        }

        long lbas = internalBlocks - LanesPerArena;
        long infoCopy = start + arenaBytes - BttInfoLayout.SizeBytes;
        long flog = infoCopy - FlogBytes;
        long map = flog - RoundUpToPage(lbas * BttMapEntry.SizeBytes);
        return new ArenaGeometry(
            index,
            start,
            blockBytes,
            (uint)lbas,
            (uint)internalBytes,
            (uint)internalBlocks,
            LanesPerArena,
            start + BttInfoLayout.SizeBytes,
            map,
            flog,
            infoCopy,
            hasNext ? arenaBytes : 0);
    }

    private static long Blocks(long poolBytes, int blockBytes) =>
        Plan(RoundDownToPage(poolBytes), blockBytes)?.Sum(a => (long)a.Lbas) ?? 0;
}
