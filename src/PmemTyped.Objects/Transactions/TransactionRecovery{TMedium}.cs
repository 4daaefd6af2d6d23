using PmemTyped.Mapping;
using PmemTyped.Objects.Layout;
using PmemTyped.Objects.Regions;

namespace PmemTyped.Objects.Transactions;

/// <summary>
/// Undoes the transactions that a crash interrupted. First every entry is judged and nothing is stored; undoing is the same
/// however often it is repeated. Threads: while a region is opened.
/// </summary>
internal sealed class TransactionRecovery<TMedium>
    where TMedium : struct, IPmemMedium
{
    private readonly RegionGeometry _geometry;
    private readonly ChunkTable<TMedium> _chunks;
    private readonly RegionDamage _damage;
    private readonly List<Interrupted> _interrupted = [];
    private readonly TMedium _medium;

    internal TransactionRecovery(
        TMedium medium, RegionGeometry geometry, ChunkTable<TMedium> chunks, RegionDamage damage)
    {
        _medium = medium;
        _geometry = geometry;
        _chunks = chunks;
        _damage = damage;
    }

    internal int Count => _interrupted.Count;

    /// <summary>Reads all logs. Stores nothing.</summary>
    internal void Examine()
    {
        for (int i = 0; i < _geometry.Format.LaneCount; i++)
        {
            long lane = _geometry.LaneOffset(i);
            if (!UndoLog<TMedium>.TryReadGeneration(_medium, lane, out ulong generation))
            {
                _damage.Throw(
                    "lane generation", lane, "48 bits and their check", FormattableString.Invariant($"0x{_medium.Load64(lane):X16}"));
            }

            List<LogEntry> entries = Entries(lane, generation + 1);
            if (entries.Count > 0)
            {
                _interrupted.Add(new Interrupted(lane, generation, entries));
            }
        }
    }

    /// <summary>Undoes what was found. Persisted on return.</summary>
    internal void Undo()
    {
        foreach (Interrupted transaction in _interrupted)
        {
            Restore(transaction.Entries);

            // P4: crash before here: the log is still there, and the next open does the same.
            _medium.Drain(TransactionOrdering.P4);
            new UndoLog<TMedium>(_medium, transaction.Lane, _geometry.LogBytes, transaction.Generation).EndUndone();
        }
    }

    private List<LogEntry> Entries(long lane, ulong generation)
    {
        var entries = new List<LogEntry>();
        long at = lane + LaneHeaderLayout.SizeBytes;
        while (UndoLog<TMedium>.TryRead(_medium, at, lane + _geometry.Format.LaneBytes, generation, out LogEntry entry))
        {
            if (!IsPossible(entry))
            {
                _damage.Throw(
                    "log entry",
                    at,
                    "an object or a word of the tables",
                    FormattableString.Invariant($"{entry.Kind} of {entry.LengthBytes} bytes at 0x{entry.Target:X}"));
            }

            entries.Add(entry);
            at = entry.NextOffset;
        }

        return entries;
    }

    // Elements of an array that the same transaction made can be in the log before the table names the array.
    private bool IsPossible(LogEntry entry)
    {
        long chunksEnd = _geometry.ChunkOffset(_geometry.ChunkCount);
        if (entry.Kind == LogEntryKind.Bytes)
        {
            bool isWord = entry.LengthBytes == ChunkWord.SizeBytes
                && entry.Target % ChunkWord.SizeBytes == 0
                && (IsChunkWord(entry.Target) || IsArrayWord(entry.Target));
            return isWord || (entry.Target >= _geometry.ChunksOffset && entry.LengthBytes <= chunksEnd - entry.Target);
        }

        return entry.Kind is LogEntryKind.SlotTaken or LogEntryKind.SlotFreed
            && _chunks.Find(entry.Target) is { Word.Kind: ChunkKind.Slots } chunk
            && chunk.IndexOf(entry.Target) >= 0;
    }

    private bool IsChunkWord(long offset) =>
        offset >= _geometry.ChunkTableOffset && offset < _geometry.ChunkWordOffset(_geometry.ChunkCount);

    private bool IsArrayWord(long offset)
    {
        long inside = offset - RegionGeometry.TypesOffset;
        return inside >= 0
            && offset < _geometry.LanesOffset
            && inside % TypeEntryLayout.StrideBytes == TypeEntryLayout.ArrayOffset;
    }

    // Backwards, because a slot can be taken and freed by one transaction.
    private void Restore(List<LogEntry> entries)
    {
        var run = new FlushRun<TMedium>(_medium, TransactionOrdering.P4);
        for (int i = entries.Count - 1; i >= 0; i--)
        {
            LogEntry entry = entries[i];
            if (entry.Kind == LogEntryKind.Bytes)
            {
                _medium.Store(entry.Target, _medium.Window(entry.OldOffset, entry.LengthBytes));
                run.Add(entry.Target, entry.LengthBytes);
            }
            else
            {
                Chunk chunk = _chunks.Find(entry.Target)!;
                (long word, ulong bit) = chunk.BitOf(entry.Target);
                ulong bits = _medium.Load64(word);
                _medium.Store64(word, entry.Kind == LogEntryKind.SlotFreed ? bits | bit : bits & ~bit);
                run.Add(word, sizeof(ulong));
            }
        }

        run.End();
    }

    private sealed record Interrupted(long Lane, ulong Generation, List<LogEntry> Entries);
}
