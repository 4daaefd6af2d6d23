namespace PmemTyped.Objects.Layout;

/// <summary>What a chunk is used for.</summary>
internal enum ChunkKind : byte
{
    /// <summary>Nothing, or the continuation of an array.</summary>
    Free = 0,

    /// <summary>Slots of one type behind a bitmap.</summary>
    Slots = 1,

    /// <summary>The first chunk of an array.</summary>
    Array = 2,
}

/// <summary>
/// An entry of the chunk table as a value of 48 bits: kind in the lowest 8, position of the type in the next 16, number of
/// chunks above. Zero is a free chunk, without a check, because that is what a cleared table holds.
/// </summary>
internal readonly record struct ChunkWord(ChunkKind Kind, int Type, int Span)
{
    internal const int SizeBytes = sizeof(ulong);
    internal const int MaxSpan = (1 << 24) - 1;

    internal ulong ToWord(long offset) => Kind == ChunkKind.Free
        ? 0
        : CheckedWord.Make((ulong)Kind | ((ulong)(uint)Type << 8) | ((ulong)(uint)Span << 24), offset);

    /// <summary>Reads an entry; false when it is damaged.</summary>
    internal static bool TryRead(ulong word, long offset, out ChunkWord chunk)
    {
        if (word == 0)
        {
            chunk = default;
            return true;
        }

        bool isSound = CheckedWord.TryRead(word, offset, out ulong value);
        chunk = new ChunkWord((ChunkKind)(byte)value, (ushort)(value >> 8), (int)(value >> 24));
        return isSound && (chunk.Kind is ChunkKind.Slots or ChunkKind.Array);
    }
}
