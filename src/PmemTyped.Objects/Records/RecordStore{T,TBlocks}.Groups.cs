using System.Buffers;

namespace PmemTyped.Objects.Records;

/// <content>Many records at a time, in groups of at most 64 blocks, which share their flush waves; of fewer where blocks are large.</content>
internal sealed partial class RecordStore<T, TBlocks>
{
    /// <summary>Writes records, each of them atomic. Persisted on return. Nothing is written unless all indexes exist.</summary>
    internal void WriteMany(ReadOnlySpan<long> indexes, ReadOnlySpan<T> values)
    {
        foreach (long index in indexes)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(index, nameof(indexes));
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, Capacity, nameof(indexes));
        }

        byte[] room = ArrayPool<byte>.Shared.Rent(_groupBlocks * _blockBytes);
        try
        {
            Span<long> blocks = stackalloc long[BlockLocks.PieceBlocks];
            blocks = blocks[.._groupBlocks];
            while (!indexes.IsEmpty)
            {
                int records = Take(indexes, blocks, out int count);
                WriteGroup(indexes[..records], values[..records], blocks[..count], room);
                indexes = indexes[records..];
                values = values[records..];
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(room);
        }
    }

    // How many records, from the first one on, lie in as many different blocks as a group has.
    private int Take(ReadOnlySpan<long> indexes, Span<long> blocks, out int count)
    {
        count = 0;
        for (int i = 0; i < indexes.Length; i++)
        {
            long block = indexes[i] / _slots;
            if (blocks[..count].LastIndexOf(block) < 0)
            {
                if (count == blocks.Length)
                {
                    return i;
                }

                blocks[count++] = block;
            }
        }

        return indexes.Length;
    }

    private void WriteGroup(ReadOnlySpan<long> indexes, ReadOnlySpan<T> values, ReadOnlySpan<long> blocks, Span<byte> room)
    {
        ulong taken = _locks?.Enter(blocks) ?? 0;
        try
        {
            if (IsPacked)
            {
                for (int i = 0; i < blocks.Length; i++)
                {
                    _ = ReadToChange(blocks[i], Block(room, i));
                }
            }

            for (int i = 0; i < indexes.Length; i++)
            {
                Span<byte> block = Block(room, blocks.LastIndexOf(indexes[i] / _slots));
                T.Write(in values[i], IsPacked ? Slot(block, (int)(indexes[i] % _slots)) : block);
            }

            _blocks.WriteMany(blocks, room[..(blocks.Length * _blockBytes)]);
        }
        finally
        {
            _locks?.Exit(taken);
        }
    }

    private Span<byte> Block(Span<byte> room, int number) => room.Slice(number * _blockBytes, _blockBytes);
}
