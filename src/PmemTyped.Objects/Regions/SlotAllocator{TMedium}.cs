using PmemTyped.Mapping;
using PmemTyped.Native;
using PmemTyped.Objects.Layout;
using PmemTyped.Objects.Transactions;

namespace PmemTyped.Objects.Regions;

/// <summary>
/// Hands out slots of fixed size and runs of chunks. A slot that is handed out is taken in memory at once and on the medium
/// when the transaction commits; a freed one the other way round, so no crash leaks a slot and none is used twice.
/// Threads: safe, under one lock.
/// </summary>
internal sealed class SlotAllocator<TMedium>
    where TMedium : struct, IPmemMedium
{
    private readonly Lock _lock = new();
    private readonly RegionGeometry _geometry;
    private readonly TypeTable<TMedium> _types;
    private readonly ChunkTable<TMedium> _chunks;
    private readonly RegionDamage _region;
    private readonly Stack<Chunk>[] _withRoom;
    private readonly TMedium _medium;
    private int _nextFree;

    internal SlotAllocator(
        TMedium medium, RegionGeometry geometry, TypeTable<TMedium> types, ChunkTable<TMedium> chunks, RegionDamage region)
    {
        _medium = medium;
        _geometry = geometry;
        _types = types;
        _chunks = chunks;
        _region = region;
        _withRoom = new Stack<Chunk>[geometry.Format.TypeCapacity];
        for (int i = 0; i < chunks.Count; i++)
        {
            if (chunks[i] is { FreeSlots: > 0, IsListed: false } chunk)
            {
                List(chunk);
            }
        }
    }

    /// <summary>Takes a slot for an object. Its bytes are anything; nothing is on the medium yet.</summary>
    internal long Take(int type)
    {
        lock (_lock)
        {
            Chunk chunk = WithRoom(type);
            return chunk.First + (chunk.Take() * chunk.Stride);
        }
    }

    /// <summary>Gives a slot back in memory, when nothing on the medium names it any more.</summary>
    internal void Release(long offset)
    {
        lock (_lock)
        {
            if (_chunks.Find(offset) is { } chunk)
            {
                chunk.Release(chunk.IndexOf(offset));
                List(chunk);
            }
        }
    }

    /// <summary>Stores the bit of a slot and returns the offset of its word. Stored on return.</summary>
    internal long StoreBit(long offset, bool isTaken)
    {
        (long word, ulong bit) = _chunks.Find(offset)!.BitOf(offset);
        lock (_lock)
        {
            ulong bits = _medium.Load64(word);
            _medium.Store64(word, isTaken ? bits | bit : bits & ~bit);
        }

        return word;
    }

    /// <summary>
    /// Takes chunks for an array and writes its header and zero elements. Flushed on return; nothing names the chunks yet.
    /// </summary>
    internal Chunk TakeArray(int type, long count)
    {
        RegionType element = _types.Types[type];
        SlotShape shape = SlotShape.OfArray(element, count);
        long span = count > _geometry.Format.LengthBytes / shape.Stride
            ? long.MaxValue
            : (shape.First + (count * shape.Stride) + _geometry.Format.ChunkBytes - 1) >> _geometry.ChunkShift;
        Chunk chunk;
        lock (_lock)
        {
            int first = FindRun(span);
            if (first < 0)
            {
                throw Full(FormattableString.Invariant($"{count} '{element.Name}' in one piece"));
            }

            chunk = new Chunk(
                first, new ChunkWord(ChunkKind.Array, type, (int)span), _geometry.ChunkOffset(first), shape);
            _chunks.Set(first, (int)span, chunk);
        }

        var header = new ArrayHeaderLayout
        {
            Magic = ArrayHeaderLayout.MagicValue,
            Count = count,
            ElementBytes = (uint)shape.Stride,
            Type = (uint)type,
        };
        header.Checksum = ArrayHeaderLayout.ComputeChecksum(in header);
        _medium.StoreFlushed(chunk.Offset, Blittable.AsBytes(in header), TransactionOrdering.P1);
        _medium.ClearFlushed(chunk.First, chunk.LengthBytes, TransactionOrdering.P1);
        return chunk;
    }

    /// <summary>Gives the chunks of an array back in memory.</summary>
    internal void ReleaseArray(Chunk chunk)
    {
        lock (_lock)
        {
            _chunks.Set(chunk.Index, chunk.Word.Span, null);
        }
    }

    /// <summary>Counts the chunks that are free, as bytes.</summary>
    internal long FreeBytes()
    {
        long free = 0;
        lock (_lock)
        {
            for (int i = 0; i < _chunks.Count; i++)
            {
                free += _chunks[i] is null ? 1 : 0;
            }
        }

        return free << _geometry.ChunkShift;
    }

    private Chunk WithRoom(int type)
    {
        Stack<Chunk> stack = _withRoom[type] ??= new Stack<Chunk>();
        while (stack.TryPeek(out Chunk? chunk))
        {
            if (chunk.FreeSlots > 0 && _chunks[chunk.Index] == chunk)
            {
                return chunk;
            }

            chunk.IsListed = false;
            stack.Pop();
        }

        return Assign(type);
    }

    // Gives a free chunk to a type.
    private Chunk Assign(int type)
    {
        RegionType slots = _types.Types[type];
        SlotShape shape = SlotShape.OfSlots(slots, _geometry.Format.ChunkBytes);
        if (shape.Count == 0)
        {
            throw new PmemCapacityException(
                _region.Path,
                FormattableString.Invariant($"a '{slots.Name}' of {slots.SizeBytes} bytes"),
                FormattableString.Invariant($"an object must fit a chunk of {_geometry.Format.ChunkBytes} bytes"),
                "Make it an array of one element, which may be larger.");
        }

        int index = FindRun(1);
        if (index < 0)
        {
            throw Full(FormattableString.Invariant($"a '{slots.Name}' of {slots.SizeBytes} bytes"));
        }

        var word = new ChunkWord(ChunkKind.Slots, type, 1);
        long offset = _geometry.ChunkOffset(index);
        _medium.ClearFlushed(offset, Chunk.WordsFor(shape.Count) * sizeof(ulong), RegionOrdering.P5);

        // P5: crash before here: the chunk is free, whatever its bytes are.
        _medium.Drain(RegionOrdering.P5);
        StoreWord(index, word);
        var chunk = new Chunk(index, word, offset, shape);
        _chunks.Set(index, 1, chunk);
        List(chunk);
        return chunk;
    }

    private void StoreWord(int index, ChunkWord word)
    {
        long at = _geometry.ChunkWordOffset(index);
        _medium.Store64(at, word.ToWord(at));

        // P6: crash before here: the chunk is free, or one without objects.
        _medium.Persist(at, sizeof(ulong), RegionOrdering.P6);
    }

    // A run of free chunks. Where there is none, chunks without objects are given back by their types.
    private int FindRun(long span)
    {
        int first = SearchRun(span);
        if (first >= 0 || span > _chunks.Count)
        {
            return first;
        }

        for (int i = 0; i < _chunks.Count; i++)
        {
            if (_chunks[i] is { IsEmpty: true, Word.Kind: ChunkKind.Slots })
            {
                StoreWord(i, default);
                _chunks.Set(i, 1, null);
            }
        }

        return SearchRun(span);
    }

    private int SearchRun(long span)
    {
        int length = 0;
        int start = span == 1 ? _nextFree : 0;
        for (int step = 0; step < _chunks.Count; step++)
        {
            int index = (start + step) % _chunks.Count;
            length = index == 0 ? 0 : length;
            length = _chunks[index] is null ? length + 1 : 0;
            if (length == span)
            {
                _nextFree = (index + 1) % _chunks.Count;
                return index - (int)span + 1;
            }
        }

        return -1;
    }

    private void List(Chunk chunk)
    {
        if (!chunk.IsListed)
        {
            chunk.IsListed = true;
            (_withRoom[chunk.Word.Type] ??= new Stack<Chunk>()).Push(chunk);
        }
    }

    private PmemCapacityException Full(string needed) => new(
        _region.Path,
        needed,
        FormattableString.Invariant($"{FreeBytes()} bytes are free in pieces of {_geometry.Format.ChunkBytes} bytes"),
        "Free objects, or copy them into a larger region.");
}
