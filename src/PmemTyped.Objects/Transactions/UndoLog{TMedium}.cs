using PmemTyped.Mapping;
using PmemTyped.Native;
using PmemTyped.Objects.Layout;

namespace PmemTyped.Objects.Transactions;

/// <summary>
/// The log of a lane: entries one behind the other, each with the generation of its transaction and a checksum, so that one
/// drain is enough to append any number of them and one store ends them all. Threads: belongs to who has the lane.
/// </summary>
internal struct UndoLog<TMedium>
    where TMedium : struct, IPmemMedium
{
    private const int Align = sizeof(ulong);

    private readonly long _header;
    private readonly long _start;
    private readonly long _end;
    private TMedium _medium;
    private long _tail;
    private long _drained;
    private ulong _generation;

    internal UndoLog(TMedium medium, long laneOffset, int logBytes, ulong generation)
    {
        _medium = medium;
        _header = laneOffset;
        _start = laneOffset + LaneHeaderLayout.SizeBytes;
        _end = _start + logBytes;
        _tail = _start;
        _drained = _start;
        _generation = generation;
    }

    internal readonly bool IsEmpty => _tail == _start;

    internal readonly long Start => _start;

    internal readonly long Tail => _tail;

    internal readonly long RoomBytes => _end - _tail;

    /// <summary>How many bytes an entry takes.</summary>
    internal static long EntryBytes(long oldBytes) => LogEntryLayout.SizeBytes + ((oldBytes + Align - 1) & -Align);

    /// <summary>Reads the generation of a lane; false when the word is damaged.</summary>
    internal static bool TryReadGeneration(TMedium medium, long laneOffset, out ulong generation) =>
        CheckedWord.TryRead(medium.Load64(laneOffset), laneOffset, out generation);

    /// <summary>
    /// Reads an entry of a transaction that did not end. False where there is none: never written, torn, or of another
    /// generation.
    /// </summary>
    internal static bool TryRead(TMedium medium, long offset, long end, ulong generation, out LogEntry entry)
    {
        entry = default;
        if (offset > end - LogEntryLayout.SizeBytes)
        {
            return false;
        }

        LogEntryLayout header = Blittable.Read<LogEntryLayout>(medium.Window(offset, LogEntryLayout.SizeBytes));
        long old = offset + LogEntryLayout.SizeBytes;
        var kind = (LogEntryKind)(header.Target >> LogEntryLayout.KindShift);
        long oldBytes = kind == LogEntryKind.Bytes ? header.LengthBytes : 0;
        if (header.Generation != generation || oldBytes > end - old)
        {
            return false;
        }

        entry = new LogEntry(
            kind,
            (long)(header.Target & LogEntryLayout.OffsetMask),
            (int)header.LengthBytes,
            old,
            offset + EntryBytes(oldBytes));
        return LogEntryLayout.ComputeChecksum(in header, medium.Window(old, (int)oldBytes)) == header.Checksum;
    }

    /// <summary>Appends an entry; there must be room. Stored on return.</summary>
    internal void Append(LogEntryKind kind, long target, int lengthBytes)
    {
        ReadOnlySpan<byte> old = kind == LogEntryKind.Bytes ? _medium.Window(target, lengthBytes) : default;
        var entry = new LogEntryLayout
        {
            Generation = _generation + 1,
            Target = (ulong)target | ((ulong)kind << LogEntryLayout.KindShift),
            LengthBytes = (uint)lengthBytes,
        };
        entry.Checksum = LogEntryLayout.ComputeChecksum(in entry, old);
        _medium.Store(_tail, Blittable.AsBytes(in entry));
        _medium.Store(_tail + LogEntryLayout.SizeBytes, old);
        _tail += EntryBytes(old.Length);
    }

    /// <summary>Makes all entries durable. Persisted on return.</summary>
    internal void Persist()
    {
        if (_drained != _tail)
        {
            _medium.Flush(_drained, _tail - _drained, TransactionOrdering.P1);

            // P1: crash before here: nothing was stored that these entries cover; any of them may be torn.
            _medium.Drain(TransactionOrdering.P1);
            _drained = _tail;
        }
    }

    /// <summary>The entry at an offset in front of <see cref="Tail"/>.</summary>
    internal readonly LogEntry Read(long offset)
    {
        ulong target = _medium.Load64(offset + sizeof(ulong));
        int length = (int)_medium.Load32(offset + (2 * sizeof(ulong)));
        var kind = (LogEntryKind)(target >> LogEntryLayout.KindShift);
        return new LogEntry(
            kind,
            (long)(target & LogEntryLayout.OffsetMask),
            length,
            offset + LogEntryLayout.SizeBytes,
            offset + EntryBytes(kind == LogEntryKind.Bytes ? length : 0));
    }

    /// <summary>Ends the transaction that committed: its entries are worth nothing any more. Persisted on return.</summary>
    internal void EndCommitted()
    {
        StoreGeneration();

        // P3: crash before here: recovery undoes the transaction, unless the generation arrived by itself.
        _medium.Persist(_header, sizeof(ulong), TransactionOrdering.P3);
        Clear();
    }

    /// <summary>Ends the transaction that was undone. Persisted on return.</summary>
    internal void EndUndone()
    {
        StoreGeneration();

        // P5: crash before here: recovery undoes it again, which stores the same bytes.
        _medium.Persist(_header, sizeof(ulong), TransactionOrdering.P5);
        Clear();
    }

    private void StoreGeneration()
    {
        _generation++;
        _medium.Store64(_header, CheckedWord.Make(_generation, _header));
    }

    private void Clear()
    {
        _tail = _start;
        _drained = _start;
    }
}
