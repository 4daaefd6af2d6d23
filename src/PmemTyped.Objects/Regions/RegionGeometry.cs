using System.Numerics;
using PmemTyped.Objects.Layout;

namespace PmemTyped.Objects.Regions;

/// <summary>
/// Where everything in a region is: header page, type table, lanes, chunk table, chunks. It follows from the five numbers
/// of the header, so there is nothing else to store or to check.
/// </summary>
internal sealed class RegionGeometry
{
    internal const int PageBytes = 4096;
    internal const int MinChunkBytes = 4096;
    internal const int MaxChunkBytes = 1 << 24;
    internal const int MaxTypes = 1024;
    internal const int MaxLanes = 1024;
    internal const int MaxLaneBytes = 1 << 24;

    // Offsets have 48 bits in log entries and words.
    private const long MaxLengthBytes = 1L << 47;

    private RegionGeometry(RegionFormat format, long chunkTable, long chunks, int chunkCount)
    {
        Format = format;
        ChunkTableOffset = chunkTable;
        ChunksOffset = chunks;
        ChunkCount = chunkCount;
        ChunkShift = BitOperations.TrailingZeroCount(format.ChunkBytes);
    }

    internal RegionFormat Format { get; }

    internal const long TypesOffset = PageBytes;

    internal long LanesOffset => TypesOffset + ((long)Format.TypeCapacity * TypeEntryLayout.StrideBytes);

    internal long ChunkTableOffset { get; }

    internal long ChunksOffset { get; }

    internal int ChunkCount { get; }

    internal int ChunkShift { get; }

    internal int LogBytes => Format.LaneBytes - LaneHeaderLayout.SizeBytes;

    /// <summary>The geometry, or null when the numbers do not describe a region.</summary>
    internal static RegionGeometry? Plan(RegionFormat format)
    {
        bool isSane = format.LengthBytes is > 0 and <= MaxLengthBytes
            && format.ChunkBytes is >= MinChunkBytes and <= MaxChunkBytes
            && BitOperations.IsPow2(format.ChunkBytes)
            && format.TypeCapacity is > 0 and <= MaxTypes
            && format.TypeCapacity % (PageBytes / TypeEntryLayout.StrideBytes) == 0
            && format.LaneCount is > 0 and <= MaxLanes
            && format.LaneBytes is > 0 and <= MaxLaneBytes
            && format.LaneBytes % PageBytes == 0;
        if (!isSane)
        {
            return null;
        }

        long table = PageBytes
            + ((long)format.TypeCapacity * TypeEntryLayout.StrideBytes)
            + ((long)format.LaneCount * format.LaneBytes);
        long count = Math.Min((format.LengthBytes - table) / format.ChunkBytes, ChunkWord.MaxSpan);
        while (count > 0 && Chunks(count) + (count * format.ChunkBytes) > format.LengthBytes)
        {
            // Each step takes off what is too much, and the table shrinks with it: two steps, rarely three.
            count -= Math.Max(1, (Chunks(count) + (count * format.ChunkBytes) - format.LengthBytes) / format.ChunkBytes);
        }

        return count > 0 ? new RegionGeometry(format, table, Chunks(count), (int)count) : null;

        long Chunks(long chunks)
        {
            long end = table + (chunks * ChunkWord.SizeBytes);
            return (end + format.ChunkBytes - 1) & -format.ChunkBytes;
        }
    }

    internal static long TypeOffset(int type) => TypesOffset + ((long)type * TypeEntryLayout.StrideBytes);

    internal long LaneOffset(int lane) => LanesOffset + ((long)lane * Format.LaneBytes);

    internal long ChunkWordOffset(int chunk) => ChunkTableOffset + ((long)chunk * ChunkWord.SizeBytes);

    internal long ChunkOffset(int chunk) => ChunksOffset + ((long)chunk << ChunkShift);
}

/// <summary>The numbers that a region is made with.</summary>
/// <param name="LengthBytes">Size of the region.</param>
/// <param name="ChunkBytes">Size of a chunk.</param>
/// <param name="TypeCapacity">Number of types.</param>
/// <param name="LaneCount">Number of lanes.</param>
/// <param name="LaneBytes">Size of a lane.</param>
internal readonly record struct RegionFormat(
    long LengthBytes, int ChunkBytes, int TypeCapacity, int LaneCount, int LaneBytes);
