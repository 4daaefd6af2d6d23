using System.Numerics;
using PmemTyped.Objects.Layout;

namespace PmemTyped.Objects.Regions;

/// <summary>
/// What is known in memory of a chunk in use, or of the chunks of an array. A slot that is taken here is one that must not
/// be handed out: it is on the medium, or a transaction has it. Threads: changes need the lock of the chunk table.
/// </summary>
internal sealed class Chunk
{
    private const int BitsPerWord = 64;

    private readonly ulong[] _taken;
    private int _hint;

    internal Chunk(int index, ChunkWord word, long offset, SlotShape shape)
    {
        Index = index;
        Word = word;
        Offset = offset;
        First = offset + shape.First;
        Stride = shape.Stride;
        Count = shape.Count;
        LengthBytes = shape.Count * shape.Stride;
        _taken = word.Kind == ChunkKind.Slots ? new ulong[WordsFor(shape.Count)] : [];
        FreeSlots = word.Kind == ChunkKind.Slots ? (int)shape.Count : 0;
    }

    internal int Index { get; }

    internal ChunkWord Word { get; }

    internal long Offset { get; }

    /// <summary>Gets where the first object is.</summary>
    internal long First { get; }

    internal int Stride { get; }

    internal long Count { get; }

    internal long LengthBytes { get; }

    internal int FreeSlots { get; private set; }

    /// <summary>Gets or sets a value indicating whether the chunk waits in the list of those with room.</summary>
    internal bool IsListed { get; set; }

    internal bool IsEmpty => FreeSlots == Count;

    internal int WordCount => _taken.Length;

    internal static int WordsFor(long slots) => (int)((slots + BitsPerWord - 1) / BitsPerWord);

    /// <summary>Position of the object at an offset, or -1 when none begins there.</summary>
    internal long IndexOf(long offset)
    {
        long inside = offset - First;
        if ((ulong)inside >= (ulong)LengthBytes)
        {
            return -1;
        }

        // Arrays may be larger than 4 GiB; everything else takes the short division.
        long index = inside <= uint.MaxValue ? (uint)inside / (uint)Stride : inside / Stride;
        return index * Stride == inside ? index : -1;
    }

    internal bool IsTaken(long index) =>
        Word.Kind == ChunkKind.Array
        || (Volatile.Read(ref _taken[index / BitsPerWord]) >> (int)(index % BitsPerWord) & 1) != 0;

    /// <summary>Where the bit of a slot is on the medium: offset of its word, and the bit.</summary>
    internal (long Word, ulong Bit) BitOf(long offset)
    {
        long index = IndexOf(offset);
        return (Offset + (index / BitsPerWord * sizeof(ulong)), 1UL << (int)(index % BitsPerWord));
    }

    /// <summary>Takes over a word of the bitmap; false when it names slots that do not exist.</summary>
    internal bool TryLoad(int word, ulong bits)
    {
        long slots = Math.Min(Count - ((long)word * BitsPerWord), BitsPerWord);
        _taken[word] = bits;
        FreeSlots -= BitOperations.PopCount(bits);
        return slots == BitsPerWord || bits >> (int)slots == 0;
    }

    /// <summary>Takes a free slot; there must be one.</summary>
    internal long Take()
    {
        while (_taken[_hint] == ulong.MaxValue || FirstFree(_hint) >= Count)
        {
            _hint = (_hint + 1) % _taken.Length;
        }

        long index = FirstFree(_hint);
        Volatile.Write(ref _taken[_hint], _taken[_hint] | (1UL << (int)(index % BitsPerWord)));
        FreeSlots--;
        return index;
    }

    internal void Release(long index)
    {
        int word = (int)(index / BitsPerWord);
        ulong bit = 1UL << (int)(index % BitsPerWord);
        if ((_taken[word] & bit) != 0)
        {
            Volatile.Write(ref _taken[word], _taken[word] & ~bit);
            FreeSlots++;
            _hint = word;
        }
    }

    private long FirstFree(int word) =>
        ((long)word * BitsPerWord) + BitOperations.TrailingZeroCount(~_taken[word]);
}

/// <summary>Where the objects of a chunk are, counted from its start.</summary>
/// <param name="First">Where the first one begins.</param>
/// <param name="Stride">Distance of two.</param>
/// <param name="Count">How many there are.</param>
internal readonly record struct SlotShape(long First, int Stride, long Count)
{
    private const int LineBytes = 64;

    /// <summary>Slots behind a bitmap in a chunk; a count of 0 says that not even one fits.</summary>
    internal static SlotShape OfSlots(RegionType type, int chunkBytes)
    {
        const int BitsPerByte = 8;
        int stride = type.StrideBytes;
        long count = (long)chunkBytes * BitsPerByte / ((stride * (long)BitsPerByte) + 1);
        while (count > 0 && FirstBehind(Chunk.WordsFor(count) * sizeof(ulong), type) + (count * stride) > chunkBytes)
        {
            count--;
        }

        return new SlotShape(FirstBehind(Chunk.WordsFor(count) * sizeof(ulong), type), stride, count);
    }

    /// <summary>Elements behind an array header.</summary>
    internal static SlotShape OfArray(RegionType type, long count) =>
        new(FirstBehind(ArrayHeaderLayout.SizeBytes, type), type.StrideBytes, count);

    private static long FirstBehind(int bytes, RegionType type)
    {
        int alignment = Math.Max(type.AlignmentBytes, LineBytes);
        return (bytes + alignment - 1) & -alignment;
    }
}
