using System.Buffers;
using PmemTyped.Blocks;

namespace PmemTyped.Objects.Records;

/// <content>
/// Writes every record of an older layout anew. A record knows its layout, so after a crash the next run skips what was
/// done; the pool says that it has no older records only when all are durable (Design 0019).
/// </content>
internal sealed partial class RecordStore<T, TBlocks>
{
    private readonly Lock _finishing = new();

    /// <summary>Migrates, a group of blocks at a time, which one lock covers because its size divides that of a piece.</summary>
    /// <exception cref="OperationCanceledException">It was cancelled, between two pieces.</exception>
    internal MigrationResult MigrateAll(IProgress<MigrationProgress>? progress, CancellationToken cancellation)
    {
        var run = default(MigrationResult);
        if (_history is null)
        {
            return run;
        }

        byte[] room = ArrayPool<byte>.Shared.Rent(_groupBlocks * _blockBytes);
        try
        {
            for (long first = 0; first < _blocks.BlockCount; first += _groupBlocks)
            {
                cancellation.ThrowIfCancellationRequested();
                long end = Math.Min(first + _groupBlocks, _blocks.BlockCount);
                using (_locks!.Of(first).EnterScope())
                {
                    MigratePiece(first, end, room, ref run);
                }

                progress?.Report(new MigrationProgress(end * _slots, Capacity, run.Migrated));
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(room);
        }

        if (run.IsComplete)
        {
            Finish();
        }

        return run;
    }

    private void MigratePiece(long first, long end, Span<byte> room, ref MigrationResult run)
    {
        Span<long> changed = stackalloc long[BlockLocks.PieceBlocks];
        int count = 0;
        for (long block = first; block < end; block++)
        {
            ReadAhead(block);
            Span<byte> content = Block(room, count);
            bool isContent = _blocks.TryRead(block, content) == BlockState.Normal;
            if (isContent && MigrateBlock(block, content, ref run))
            {
                changed[count++] = block;
            }
        }

        if (count > 0)
        {
            _blocks.WriteMany(changed[..count], room[..(count * _blockBytes)]);
        }
    }

    private bool MigrateBlock(long block, Span<byte> content, ref MigrationResult run)
    {
        bool isChanged = false;
        for (int slot = 0; slot < _slots; slot++)
        {
            Span<byte> record = IsPacked ? Slot(content, slot) : content;
            if (T.TryRead(record, out _) is BlockRecordStatus.Ok or BlockRecordStatus.Empty)
            {
                continue;
            }

            if (_history!.TryRead(record, out T value) == BlockRecordStatus.Ok)
            {
                T.Write(in value, record);
                run = run with { Migrated = run.Migrated + 1 };
                isChanged = true;
            }
            else
            {
                long index = (block * _slots) + slot;
                run = run with { Unreadable = run.Unreadable + 1, FirstUnreadable = run.FirstUnreadable ?? index };
            }
        }

        return isChanged;
    }

    // Every write of an older record was persisted when it returned, so the pool has none any more.
    private void Finish()
    {
        lock (_finishing)
        {
            LayoutDescription stored = Describing.Read(_blocks)!;
            if (stored.Older.Count > 0)
            {
                Describing.Replace(_blocks, stored, LayoutDescription.Of<T>());
            }
        }
    }
}
