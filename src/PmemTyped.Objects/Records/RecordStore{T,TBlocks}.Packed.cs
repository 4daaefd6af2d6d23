using System.Buffers.Binary;
using PmemTyped.Blocks;

namespace PmemTyped.Objects.Records;

/// <content>
/// Several records in a block: record i is in slot i modulo n of block i / n. A write reads the block, changes a slot, and
/// writes the block, under the lock of the block.
/// </content>
internal sealed partial class RecordStore<T, TBlocks>
{
    private long BlockOf(long index, out int slot)
    {
        if (index < 0 || index >= Capacity)
        {
            throw new ArgumentOutOfRangeException(
                nameof(index),
                index,
                FormattableString.Invariant($"'{Path}' has records 0 to {Capacity - 1}."));
        }

        (long block, long number) = Math.DivRem(index, _slots);
        slot = (int)number;
        return block;
    }

    private Span<byte> Slot(Span<byte> block, int slot) => block.Slice(slot * _slotBytes, _slotBytes);

    // A block that is marked bad has lost its other records; writing one of them must not make the others look as if they
    // had never been there.
    private BlockState ReadToChange(long block, Span<byte> content)
    {
        BlockState state = _blocks.TryRead(block, content);
        return state != BlockState.Error
            ? state
            : throw new BlockRecordException(Path, block * _slots, BlockRecordStatus.MarkedBad);
    }

    private void WriteSlot(long index, in T value)
    {
        long block = BlockOf(index, out int slot);
        Span<byte> content = RecordBuffer.Of(_blockBytes);
        using (_locks!.Of(block).EnterScope())
        {
            _ = ReadToChange(block, content);
            T.Write(in value, Slot(content, slot));
            _blocks.Write(block, content);
        }
    }

    private void DeleteSlot(long index)
    {
        long block = BlockOf(index, out int slot);
        Span<byte> content = RecordBuffer.Of(_blockBytes);
        using (_locks!.Of(block).EnterScope())
        {
            if (ReadToChange(block, content) != BlockState.Normal)
            {
                return;
            }

            Slot(content, slot).Clear();
            if (content.ContainsAnyExcept((byte)0))
            {
                _blocks.Write(block, content);
            }
            else
            {
                _blocks.SetZero(block);
            }
        }
    }

    private int CountSlots(long block)
    {
        Span<byte> content = RecordBuffer.Of(_blockBytes);
        if (_blocks.TryRead(block, content) == BlockState.Error)
        {
            return _slots;
        }

        int count = 0;
        for (int slot = 0; slot < _slots; slot++)
        {
            count += BinaryPrimitives.ReadUInt64LittleEndian(Slot(content, slot)) == 0 ? 0 : 1;
        }

        return count;
    }
}
