using System.Buffers.Binary;
using PmemTyped.Mapping;
using PmemTyped.Native.Linux;
using PmemTyped.Replication.Frames;

namespace PmemTyped.Replication.Target;

/// <summary>
/// The bytes of a pool as one lane stores them: inside the window, never in the header page, durable after the drain. Allocates
/// nothing. Threads: one lane; other lanes have their own image of the same medium.
/// </summary>
/// <typeparam name="TMedium">The medium.</typeparam>
internal sealed class TargetImage<TMedium>(TMedium medium, long windowBytes, bool hasHeaders)
    where TMedium : struct, IPmemMedium
{
    private readonly DirtyRanges _dirty = new();

    /// <summary>What a range must be to be stored to; 0, or an error number.</summary>
    internal int CheckStore(long offset, long lengthBytes) =>
        hasHeaders && offset < TargetPart.HeaderBytes ? Errno.Invalid : CheckLoad(offset, lengthBytes);

    /// <summary>What a range must be to be read; 0, or an error number. Subtraction cannot overflow.</summary>
    internal int CheckLoad(long offset, long lengthBytes) =>
        offset < 0 || lengthBytes < 0 || offset > windowBytes || lengthBytes > windowBytes - offset ? Errno.Invalid : Errno.None;

    internal ReadOnlySpan<byte> Window(long offset, int lengthBytes) => medium.Window(offset, lengthBytes);

    /// <summary>Hints that a range may be read soon: what is compared is compared in order.</summary>
    internal void Preload(long offset, long lengthBytes)
    {
        if (offset < windowBytes)
        {
            medium.Preload(offset, Math.Min(lengthBytes, windowBytes - offset));
        }
    }

    /// <summary>Stores bytes of a range that was checked. Flushed on return, or remembered for the drain.</summary>
    internal void Store(long offset, ReadOnlySpan<byte> bytes, bool isAtomic)
    {
        bool syncsPages = medium.Granularity == StoreGranularity.Page;
        if (isAtomic)
        {
            StoreWords(offset, bytes);
            if (!syncsPages)
            {
                medium.Flush(offset, bytes.Length, default);
            }
        }
        else if (syncsPages)
        {
            medium.Store(offset, bytes);
        }
        else
        {
            medium.StoreFlushed(offset, bytes, default);
        }

        if (syncsPages)
        {
            _dirty.Add(offset, bytes.Length);
        }
    }

    /// <summary>Waits for everything that was stored through this image. Persisted on return.</summary>
    internal void Drain()
    {
        foreach ((long start, long end) in _dirty.Ranges)
        {
            medium.Flush(start, Math.Min(end, medium.LengthBytes) - start, default);
        }

        _dirty.Clear();
        medium.Drain(default);
    }

    // No aligned word inside the range is ever half stored; the bytes around the first and the last one are no whole words.
    private void StoreWords(long offset, ReadOnlySpan<byte> bytes)
    {
        int head = (int)Math.Min(-offset & (sizeof(ulong) - 1), bytes.Length);
        if (head > 0)
        {
            medium.Store(offset, bytes[..head]);
        }

        int at = head;
        for (; bytes.Length - at >= sizeof(ulong); at += sizeof(ulong))
        {
            medium.Store64(offset + at, BinaryPrimitives.ReadUInt64LittleEndian(bytes[at..]));
        }

        if (at < bytes.Length)
        {
            medium.Store(offset + at, bytes[at..]);
        }
    }
}
