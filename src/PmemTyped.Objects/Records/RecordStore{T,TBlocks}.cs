using System.Numerics;
using System.Runtime.CompilerServices;
using PmemTyped.Blocks;

namespace PmemTyped.Objects.Records;

/// <summary>
/// Records in blocks: one in each, or as many as fit. A write is atomic because the write of its block is. What reads a block
/// before it writes it, a record among others and a migration, holds the lock of the block; so does every write of a pool
/// where that happens. Threads: safe.
/// </summary>
/// <typeparam name="T">The layout.</typeparam>
/// <typeparam name="TBlocks">Where the blocks are.</typeparam>
internal sealed partial class RecordStore<T, TBlocks>
    where T : unmanaged, IBlockRecord<T>
    where TBlocks : struct, IRecordBlocks
{
    // What a group of blocks may take while it is put together; only large blocks make groups smaller.
    private const int MaxRoomBytes = 4 << 20;

    // What a scan asks for at once; the device is busy with it while the stretch before it is looked at.
    private const int StretchBytes = 1 << 20;

    private readonly int _blockBytes;
    private readonly int _groupBlocks;
    private readonly int _slotBytes;
    private readonly int _slots;
    private readonly int _stretchBlocks;

    // Null where every record has the layout of the program, and where no write reads before.
    private readonly LayoutHistory? _history;
    private readonly BlockLocks? _locks;

    // Not readonly: the compiler would copy it before every call.
    private TBlocks _blocks;

    private RecordStore(TBlocks blocks, LayoutHistory? history, int slotBytes)
    {
        _blocks = blocks;
        _history = history;
        _blockBytes = blocks.BlockBytes;
        _groupBlocks = 1 << BitOperations.Log2((uint)Math.Clamp(MaxRoomBytes / _blockBytes, 1, BlockLocks.PieceBlocks));
        _slotBytes = slotBytes;
        _slots = slotBytes == 0 ? 1 : _blockBytes / slotBytes;
        _stretchBlocks = 1 << BitOperations.Log2((uint)Math.Max(1, StretchBytes / _blockBytes));
        Capacity = blocks.BlockCount * _slots;
        _locks = history is not null || IsPacked ? new BlockLocks() : null;
    }

    /// <summary>Gets the number of records that fit.</summary>
    internal long Capacity { get; }

    /// <summary>Gets a value indicating whether a write reads its block before, so that it needs a thread.</summary>
    internal bool LocksWrites => _locks is not null;

    private bool IsPacked => _slotBytes != 0;

    private string Path => _blocks.Path;

    /// <summary>
    /// Opens the records of a pool. If it has an older layout and may be upgraded, and written to, it says so from now on.
    /// </summary>
    /// <inheritdoc cref="PoolLayout.Judge{T}" path="/exception"/>
    internal static RecordStore<T, TBlocks> Open(TBlocks blocks, bool adoptUntyped, LayoutUpgrade upgrade)
    {
        LayoutDescription? stored = Describing.Read(blocks);
        LayoutHistory? history = PoolLayout.Judge<T>(blocks.Path, stored, blocks.BlockBytes, adoptUntyped, upgrade);
        if (!blocks.IsReadOnly)
        {
            if (stored is null)
            {
                blocks.InitializeApplicationArea(PoolLayout.Of<T>().ToBytes(), 0);
            }
            else if (history is not null && stored.LayoutHash != T.LayoutHash)
            {
                LayoutDescription begun = LayoutDescription.Of<T>();
                Describing.Replace(blocks, stored, begun with { Older = history.Describe(blocks.Path, begun.Text) });
            }
        }

        return new RecordStore<T, TBlocks>(blocks, history, (stored ?? PoolLayout.Of<T>()).SlotBytes);
    }

    /// <summary>Reads a record, of an older layout too where the pool may have such.</summary>
    internal BlockRecordStatus TryRead(long index, out T value)
    {
        if (_locks is not null)
        {
            return TryReadWhole(index, out value);
        }

        // The record alone is copied; a block that holds something else is judged by all its bytes.
        Span<byte> record = RecordBuffer.Of(T.RecordSize);
        BlockRecordStatus status = Judge(_blocks.TryRead(index, record), record, out value);
        if (status is BlockRecordStatus.Ok or BlockRecordStatus.Empty or BlockRecordStatus.Zeroed)
        {
            return status;
        }

        Span<byte> block = RecordBuffer.Of(_blockBytes);
        return Judge(_blocks.TryRead(index, block), block, out value);
    }

    /// <summary>Writes a record. Persisted on return.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)] // benchmark: compare typed, blocks.typed.write
    internal void Write(long index, in T value)
    {
        if (_locks is null)
        {
            // What a write waits for first arrives while the record is encoded.
            _blocks.Prefetch(index);
            WriteWhole(index, in value);
        }
        else
        {
            WriteLocked(index, in value);
        }
    }

    /// <summary>Encodes a record as the content of its block.</summary>
    internal void Encode(in T value, Span<byte> block) => T.Write(in value, block[.._blockBytes]);

    /// <summary>Deletes a record. Persisted on return.</summary>
    internal void Delete(long index)
    {
        if (IsPacked)
        {
            DeleteSlot(index);
        }
        else if (_locks is null)
        {
            _blocks.SetZero(index);
        }
        else
        {
            using (_locks.Of(index).EnterScope())
            {
                _blocks.SetZero(index);
            }
        }
    }

    /// <summary>Counts the indexes that hold something, sound or not, by looking at each.</summary>
    internal long CountPresent()
    {
        long count = 0;
        for (long block = 0; block < _blocks.BlockCount; block++)
        {
            if (IsPacked)
            {
                ReadAhead(block);
            }

            if (_blocks.GetState(block) is BlockState.Normal or BlockState.Error)
            {
                count += IsPacked ? CountSlots(block) : 1;
            }
        }

        return count;
    }

    /// <summary>For a scan: called with each index in turn, before it is read.</summary>
    internal void ScanReaches(long index)
    {
        (long block, long slot) = IsPacked ? Math.DivRem(index, _slots) : (index, 0);
        if (slot == 0)
        {
            ReadAhead(block);
        }
    }

    // Asks for the next stretch where one begins, at the beginning for the first one too.
    private void ReadAhead(long block)
    {
        if ((block & (_stretchBlocks - 1)) == 0)
        {
            long next = block == 0 ? 0 : block + _stretchBlocks;
            _blocks.Preload(next, block + (2L * _stretchBlocks) - next);
        }
    }

    private void WriteLocked(long index, in T value)
    {
        if (IsPacked)
        {
            WriteSlot(index, in value);
            return;
        }

        using (_locks!.Of(index).EnterScope())
        {
            WriteWhole(index, in value);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)] // as above
    private void WriteWhole(long index, in T value)
    {
        Span<byte> block = RecordBuffer.ZeroBehind(T.RecordSize, _blockBytes);
        T.Write(in value, block[..T.RecordSize]);
        _blocks.Write(index, block);
    }

    private BlockRecordStatus TryReadWhole(long index, out T value)
    {
        int slot = 0;
        long block = IsPacked ? BlockOf(index, out slot) : index;
        int end = IsPacked ? (slot + 1) * _slotBytes : _blockBytes;
        Span<byte> bytes = RecordBuffer.Of(end);
        return Judge(_blocks.TryRead(block, bytes), IsPacked ? bytes[(end - _slotBytes)..] : bytes, out value);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private BlockRecordStatus Judge(BlockState state, ReadOnlySpan<byte> bytes, out T value)
    {
        if (state == BlockState.Normal)
        {
            return _history is null ? T.TryRead(bytes, out value) : _history.TryRead(bytes, out value);
        }

        value = default;
        return state switch
        {
            BlockState.Error => BlockRecordStatus.MarkedBad,
            BlockState.Zero => BlockRecordStatus.Zeroed,
            _ => BlockRecordStatus.Empty,
        };
    }
}
