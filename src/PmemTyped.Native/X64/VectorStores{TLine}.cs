using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace PmemTyped.Native.X64;

/// <summary>
/// The bulk algorithm for every x86-64 instruction set: a head up to the first whole line, a body of lines, a tail; from
/// the end when the ranges overlap that way (mapping specification, section 9.3). Inlining follows the copy rows of the
/// mapping benchmark and the rows of 512 bytes of the block benchmark: most such copies are whole lines.
/// </summary>
/// <typeparam name="TLine">The instruction set.</typeparam>
internal sealed unsafe class VectorStores<TLine>(CacheLineFlusher flusher, bool fencesGroups, bool widens)
    : StoreFunctions(flusher, SmallCopy.LimitBytes)
    where TLine : struct, ILineStores
{
    // A fence after so many lines keeps write-combining buffers from being evicted half full; the number is libpmem's.
    private const nint GroupBytes = 12 * LineBytes;

    private const nint UnrolledBytes = 4 * LineBytes;

    // Where AVX stands in for AVX-512, bodies from here on stream with AVX-512 nevertheless: 64 KiB were measured 12 %
    // faster, and what it costs the clock is spread over a long copy.
    private const nint WideBytes = 32 * 1024;

    private readonly bool _fencesGroups = fencesGroups && TLine.FillsLinesInSteps;

    private readonly bool _widens = widens;

    private interface IPut
    {
        static abstract void Line(byte* destination, byte* source);
    }

    internal override StoreInstructions Instructions => TLine.Instructions;

    protected override void Repeat(byte* line, byte value) => TLine.Repeat(line, value);

    protected override void Store(byte* destination, byte* source, nint lengthBytes, nint stride, bool backward)
    {
        if (lengthBytes <= SmallCopy.LimitBytes)
        {
            SmallCopy.Copy(destination, source, lengthBytes);
            return;
        }

        nint head = -(nint)destination & (LineBytes - 1);
        nint tail = (lengthBytes - head) & (LineBytes - 1);
        nint bodyEnd = lengthBytes - tail;
        if (backward)
        {
            StoreEdge(destination + bodyEnd, source + bodyEnd, tail, flushes: false);
            Backward<Ordinary>(destination + head, source + head, bodyEnd - head);
            StoreEdge(destination, source, head, flushes: false);
        }
        else
        {
            StoreEdge(destination, source, head, flushes: false);
            Forward<Ordinary>(destination + head, source + (head * stride), bodyEnd - head, stride);
            StoreEdge(destination + bodyEnd, source + (bodyEnd * stride), tail, flushes: false);
        }
    }

    protected override void Stream(
        byte* destination, byte* source, nint lengthBytes, nint stride, bool backward, StoreWay way)
    {
        bool flushes = way == StoreWay.Streamed;
        nint head = Math.Min(-(nint)destination & (LineBytes - 1), lengthBytes);
        nint tail = (lengthBytes - head) & (LineBytes - 1);
        nint bodyEnd = lengthBytes - tail;
        if (backward)
        {
            StreamTail(destination + bodyEnd, source + bodyEnd, tail, flushes);
            StreamBackward(destination + head, source + head, bodyEnd - head);
            StoreEdge(destination, source, head, flushes);
        }
        else
        {
            if (head != 0)
            {
                StoreEdge(destination, source, head, flushes);
            }

            StreamForward(destination + head, source + (head * stride), bodyEnd - head, stride);
            if (tail != 0)
            {
                StreamTail(destination + bodyEnd, source + (bodyEnd * stride), tail, flushes);
            }
        }

        // The drain behind a copy is a fence, except where it is none because the flushes order themselves.
        if (!flushes || !Flusher.DrainIsFence)
        {
            CacheLineFlusher.Fence();
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void StreamForward(byte* destination, byte* source, nint bodyBytes, nint stride)
    {
        if (_widens && bodyBytes >= WideBytes)
        {
            Forward<Wide>(destination, source, bodyBytes, stride);
            return;
        }

        if (_fencesGroups)
        {
            while (bodyBytes >= GroupBytes)
            {
                Forward<Streaming>(destination, source, GroupBytes, stride);
                CacheLineFlusher.Fence();
                destination += GroupBytes;
                source += GroupBytes * stride;
                bodyBytes -= GroupBytes;
            }
        }

        Forward<Streaming>(destination, source, bodyBytes, stride);
    }

    private void StreamBackward(byte* destination, byte* source, nint bodyBytes)
    {
        if (_fencesGroups)
        {
            while (bodyBytes >= GroupBytes)
            {
                bodyBytes -= GroupBytes;
                Backward<Streaming>(destination + bodyBytes, source + bodyBytes, GroupBytes);
                CacheLineFlusher.Fence();
            }
        }

        Backward<Streaming>(destination, source, bodyBytes);
    }

    // Tails of exactly one streaming store need no write-back; all others share one line.
    private void StreamTail(byte* destination, byte* source, nint tailBytes, bool flushes)
    {
        switch (tailBytes)
        {
            case 4:
                Sse2.StoreNonTemporal((uint*)destination, *(uint*)source);
                break;
            case 8:
                Sse2.X64.StoreNonTemporal((ulong*)destination, *(ulong*)source);
                break;
            case 16:
                Sse2.StoreAlignedNonTemporal(destination, Sse2.LoadVector128(source));
                break;
            case 32:
                Vector128<byte> low = Sse2.LoadVector128(source);
                Vector128<byte> high = Sse2.LoadVector128(source + 16);
                Sse2.StoreAlignedNonTemporal(destination, low);
                Sse2.StoreAlignedNonTemporal(destination + 16, high);
                break;
            default:
                StoreEdge(destination, source, tailBytes, flushes);
                break;
        }
    }

    private void StoreEdge(byte* destination, byte* source, nint edgeBytes, bool flushes)
    {
        SmallCopy.Copy(destination, source, edgeBytes);
        if (flushes && edgeBytes != 0)
        {
            Flusher.Flush(destination, edgeBytes);
        }
    }

    // SAFETY, both: whole lines inside the job, the destination a multiple of a line.
    private static void Forward<TPut>(byte* destination, byte* source, nint bodyBytes, nint stride)
        where TPut : struct, IPut
    {
        nint step = stride * LineBytes;
        byte* end = destination + bodyBytes;
        byte* unrolledEnd = destination + (bodyBytes & -UnrolledBytes);
        while (destination < unrolledEnd)
        {
            TPut.Line(destination, source);
            TPut.Line(destination + LineBytes, source + step);
            TPut.Line(destination + (2 * LineBytes), source + (2 * step));
            TPut.Line(destination + (3 * LineBytes), source + (3 * step));
            destination += UnrolledBytes;
            source += 4 * step;
        }

        while (destination < end)
        {
            TPut.Line(destination, source);
            destination += LineBytes;
            source += step;
        }
    }

    private static void Backward<TPut>(byte* destination, byte* source, nint bodyBytes)
        where TPut : struct, IPut
    {
        for (nint at = bodyBytes - LineBytes; at >= 0; at -= LineBytes)
        {
            TPut.Line(destination + at, source + at);
        }
    }

    private readonly struct Ordinary : IPut
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static void Line(byte* destination, byte* source) => TLine.Store(destination, source);
    }

    private readonly struct Streaming : IPut
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static void Line(byte* destination, byte* source) => TLine.Stream(destination, source);
    }

    private readonly struct Wide : IPut
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static void Line(byte* destination, byte* source) => Avx512Line.Stream(destination, source);
    }
}
