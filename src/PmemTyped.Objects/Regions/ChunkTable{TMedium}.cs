using System.Diagnostics.CodeAnalysis;
using PmemTyped.Mapping;
using PmemTyped.Native;
using PmemTyped.Objects.Layout;

namespace PmemTyped.Objects.Regions;

/// <summary>
/// Reads which chunk belongs to what, and says what is at an offset. What it holds in memory is what the medium holds, and
/// what transactions under way have taken. Threads: looking is safe; everything else belongs to <see cref="SlotAllocator{TMedium}"/>.
/// </summary>
internal sealed class ChunkTable<TMedium>
    where TMedium : struct, IPmemMedium
{
    private readonly RegionGeometry _geometry;
    private readonly TypeTable<TMedium> _types;
    private readonly RegionDamage _damage;
    private readonly Chunk?[] _chunks;
    private readonly TMedium _medium;

    internal ChunkTable(TMedium medium, RegionGeometry geometry, TypeTable<TMedium> types, RegionDamage damage)
    {
        _medium = medium;
        _geometry = geometry;
        _types = types;
        _damage = damage;
        _chunks = new Chunk?[geometry.ChunkCount];
    }

    internal int Count => _chunks.Length;

    /// <summary>The chunk at a position, null for a free one; the chunks of an array are one.</summary>
    internal Chunk? this[int index] => Volatile.Read(ref _chunks[index]);

    /// <summary>Reads the table and all bitmaps. Stores nothing.</summary>
    internal void Load()
    {
        for (int i = 0; i < _chunks.Length;)
        {
            _chunks[i] = null;
            i += LoadChunk(i);
        }
    }

    /// <summary>The chunk that an offset lies in, null for a free one or another place.</summary>
    internal Chunk? Find(long offset)
    {
        long inside = offset - _geometry.ChunksOffset;
        return (ulong)inside < (ulong)_chunks.Length << _geometry.ChunkShift
            ? Volatile.Read(ref _chunks[inside >> _geometry.ChunkShift])
            : null;
    }

    /// <summary>The chunk in which an object of a type begins at an offset.</summary>
    internal Chunk Require(long offset, int type)
    {
        Chunk? chunk = Find(offset);
        long index = chunk is null || chunk.Word.Type != type ? -1 : chunk.IndexOf(offset);
        if (index < 0 || !chunk!.IsTaken(index))
        {
            ThrowNoObject(offset, type);
        }

        return chunk;
    }

    /// <summary>Fills or empties the places of a chunk in memory.</summary>
    internal void Set(int index, int span, Chunk? chunk)
    {
        for (int i = index; i < index + span; i++)
        {
            Volatile.Write(ref _chunks[i], chunk);
        }
    }

    // Returns how many chunks to go on by.
    private int LoadChunk(int index)
    {
        long at = _geometry.ChunkWordOffset(index);
        ulong word = _medium.Load64(at);
        bool isSound = ChunkWord.TryRead(word, at, out ChunkWord entry);
        bool isPossible = entry.Kind == ChunkKind.Free
            || (entry.Type < _types.Types.Count && entry.Span > 0 && entry.Span <= _chunks.Length - index);
        if (!isSound || !isPossible)
        {
            _damage.Throw(
                "chunk table entry", at, "a known type and chunks inside the region", FormattableString.Invariant($"0x{word:X16}"));
        }

        if (entry.Kind == ChunkKind.Free)
        {
            return 1;
        }

        RegionType type = _types.Types[entry.Type];
        Chunk chunk = entry.Kind == ChunkKind.Slots
            ? LoadSlots(index, entry, SlotShape.OfSlots(type, _geometry.Format.ChunkBytes))
            : LoadArray(index, entry, type);
        Set(index, entry.Span, chunk);
        return entry.Span;
    }

    private Chunk LoadSlots(int index, ChunkWord entry, SlotShape shape)
    {
        long offset = _geometry.ChunkOffset(index);
        if (shape.Count == 0 || entry.Span != 1)
        {
            _damage.Throw(
                "chunk table entry",
                _geometry.ChunkWordOffset(index),
                "one chunk of a type that fits a chunk",
                FormattableString.Invariant($"{entry.Span} of a type of {shape.Stride} bytes"));
        }

        var chunk = new Chunk(index, entry, offset, shape);
        for (int i = 0; i < chunk.WordCount; i++)
        {
            ulong bits = _medium.Load64(offset + (i * sizeof(ulong)));
            if (!chunk.TryLoad(i, bits))
            {
                _damage.Throw(
                    "slot bitmap",
                    offset + (i * sizeof(ulong)),
                    FormattableString.Invariant($"bits of {chunk.Count} slots"),
                    FormattableString.Invariant($"0x{bits:X16}"));
            }
        }

        return chunk;
    }

    private Chunk LoadArray(int index, ChunkWord entry, RegionType type)
    {
        long offset = _geometry.ChunkOffset(index);
        ArrayHeaderLayout header = Blittable.Read<ArrayHeaderLayout>(_medium.Window(offset, ArrayHeaderLayout.SizeBytes));
        uint checksum = ArrayHeaderLayout.ComputeChecksum(in header);
        long room = (long)entry.Span << _geometry.ChunkShift;
        bool isSound = header.Magic == ArrayHeaderLayout.MagicValue
            && header.Checksum == checksum
            && header.Type == (uint)entry.Type
            && header.ElementBytes == (uint)type.StrideBytes
            && header.Count > 0
            && header.Count <= room / type.StrideBytes;
        SlotShape shape = SlotShape.OfArray(type, isSound ? header.Count : 1);
        long end = shape.First + (shape.Count * shape.Stride);
        if (!isSound || end > room || end <= room - _geometry.Format.ChunkBytes)
        {
            _damage.Throw(
                "array header",
                offset,
                FormattableString.Invariant($"elements of {type.StrideBytes} bytes with checksum 0x{checksum:X8}"),
                FormattableString.Invariant($"{header.Count} of {header.ElementBytes}, 0x{header.Checksum:X8}"));
        }

        for (int i = index + 1; i < index + entry.Span; i++)
        {
            long at = _geometry.ChunkWordOffset(i);
            if (_medium.Load64(at) is not 0 and var word)
            {
                _damage.Throw("chunk table entry", at, "zero inside an array", FormattableString.Invariant($"0x{word:X16}"));
            }
        }

        return new Chunk(index, entry, offset, shape);
    }

    [DoesNotReturn]
    private void ThrowNoObject(long offset, int type)
    {
        string name = _types.Types[type].Name;
        string what = offset == 0 ? "the null reference" : FormattableString.Invariant($"offset 0x{offset:X}");
        throw new ArgumentException(
            $"There is no '{name}' at {what} in '{_damage.Path}'. It was freed, or the reference is of another region or type.");
    }
}
