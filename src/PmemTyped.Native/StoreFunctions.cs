using PmemTyped.Native.X64;

namespace PmemTyped.Native;

/// <summary>
/// Copies and fills persistent memory. This file holds what all kernels share: the choice of a kernel, the direction of
/// an overlapping move, and the write-back behind ordinary stores (mapping specification, section 9). Immutable;
/// threads: safe. Every kernel but the one of the runtime stores aligned 8-byte words whole, if destination and length
/// are multiples of 8. Bytes outside the destination are never stored to.
/// <para>
/// Arguments stay in registers on purpose: a structure that was stored in parts and is loaded as a whole has to wait for
/// all older stores, and those wait for lines that the last write-back threw out of the cache.
/// </para>
/// </summary>
internal abstract unsafe class StoreFunctions(CacheLineFlusher flusher, nint smallBytes)
{
    private protected const int LineBytes = CacheLineFlusher.LineBytes;

    // Stored bytes are written back piece by piece, while they are still in the nearest cache; a piece is long enough
    // that the call of the flush loop costs nothing.
    private const nint PieceBytes = 4096;

    // Up to here SmallCopy does all the work, and the cost of finding that out would be felt.
    private readonly nint _smallBytes = smallBytes;

    /// <summary>Gets the functions of this process.</summary>
    internal static StoreFunctions Current { get; } = Choose(PersistSwitches.Current, CacheLineFlusher.Current);

    /// <summary>Gets what these functions are made of.</summary>
    internal abstract StoreInstructions Instructions { get; }

    /// <summary>Gets what writes lines back.</summary>
    protected CacheLineFlusher Flusher { get; } = flusher;

    internal static StoreFunctions Choose(PersistSwitches switches, CacheLineFlusher flusher)
    {
        bool fencesGroups = CpuFeatures.FencesGroups(switches);
        return CpuFeatures.BestStores(switches) switch
        {
            StoreInstructions.Avx512 => new VectorStores<Avx512Line>(flusher, fencesGroups, widens: false),
            StoreInstructions.Avx => new VectorStores<AvxLine>(flusher, fencesGroups, CpuFeatures.HasAvx512(switches)),
            StoreInstructions.Sse2 => new VectorStores<Sse2Line>(flusher, fencesGroups, widens: false),
            StoreInstructions.Words => new WordStores(flusher),
            _ => new RuntimeStores(flusher),
        };
    }

    /// <summary>Copies; the ranges may overlap.</summary>
    internal void Copy(byte* destination, byte* source, nint lengthBytes, StoreWay way)
    {
        // SAFETY: the caller has checked both ranges and keeps them alive and in place; so for all kernels.
        if (lengthBytes != 0 && destination != source)
        {
            if (lengthBytes <= _smallBytes && way <= StoreWay.CachedFlushed)
            {
                RunSmall(destination, source, lengthBytes, way);
                return;
            }

            bool backward = (nuint)(destination - source) < (nuint)lengthBytes;
            Run(destination, source, lengthBytes, 1, backward, way);
        }
    }

    /// <summary>Stores one value into every byte: a copy whose source is a single line that does not advance.</summary>
    internal void Fill(byte* destination, byte value, nint lengthBytes, StoreWay way)
    {
        // SAFETY: a whole aligned line lies inside two lines of stack; the kernels read no further.
        byte* stack = stackalloc byte[2 * LineBytes];
        byte* line = (byte*)((nint)(stack + LineBytes - 1) & -LineBytes);
        Repeat(line, value);
        if (lengthBytes <= _smallBytes && way <= StoreWay.CachedFlushed)
        {
            RunSmall(destination, line, lengthBytes, way);
        }
        else if (lengthBytes != 0)
        {
            Run(destination, line, lengthBytes, 0, backward: false, way);
        }
    }

    /// <summary>Fills one line with stores as wide as the loads that will follow, so that they need not wait for it.</summary>
    protected virtual void Repeat(byte* line, byte value) => new Span<byte>(line, LineBytes).Fill(value);

    /// <summary>Stores with ordinary stores; nothing is written back.</summary>
    /// <param name="destination">Where the bytes go.</param>
    /// <param name="source">Where they come from.</param>
    /// <param name="lengthBytes">How many, more than zero.</param>
    /// <param name="stride">1 for a copy; 0 for a fill, whose source is one line that does not advance.</param>
    /// <param name="backward">Whether the end comes first, because the ranges overlap.</param>
    protected abstract void Store(byte* destination, byte* source, nint lengthBytes, nint stride, bool backward);

    /// <summary>Stores with streaming stores; ordinary ones where there are none. As <see cref="Store"/>, and:</summary>
    /// <param name="destination">See there.</param>
    /// <param name="source">See there.</param>
    /// <param name="lengthBytes">See there.</param>
    /// <param name="stride">See there.</param>
    /// <param name="backward">See there.</param>
    /// <param name="way">Streamed or StreamedFenced.</param>
    protected virtual void Stream(
        byte* destination, byte* source, nint lengthBytes, nint stride, bool backward, StoreWay way)
    {
        StoreWay instead = way == StoreWay.Streamed ? StoreWay.CachedFlushed : StoreWay.Cached;
        Run(destination, source, lengthBytes, stride, backward, instead);
    }

    private void RunSmall(byte* destination, byte* source, nint lengthBytes, StoreWay way)
    {
        SmallCopy.Copy(destination, source, lengthBytes);
        if (way == StoreWay.CachedFlushed)
        {
            Flusher.Flush(destination, lengthBytes);
        }
    }

    private void Run(byte* destination, byte* source, nint lengthBytes, nint stride, bool backward, StoreWay way)
    {
        if (way == StoreWay.Cached)
        {
            Store(destination, source, lengthBytes, stride, backward);
        }
        else if (way == StoreWay.CachedFlushed)
        {
            StoreAndFlush(destination, source, lengthBytes, stride, backward);
        }
        else
        {
            Stream(destination, source, lengthBytes, stride, backward, way);
        }
    }

    // Pieces end at lines, so that no line is written back twice.
    private void StoreAndFlush(byte* destination, byte* source, nint lengthBytes, nint stride, bool backward)
    {
        nint start = 0;
        nint left = lengthBytes;
        while (left > 0)
        {
            nint misplaced = (backward ? -(nint)(destination + left) : (nint)(destination + start)) & (LineBytes - 1);
            nint piece = Math.Min(left, PieceBytes - misplaced);
            left -= piece;
            nint at = backward ? left : start;
            Store(destination + at, source + (at * stride), piece, stride, backward);
            Flusher.Flush(destination + at, piece);
            start += piece;
        }
    }
}
