using PmemTyped.Mapping;
using PmemTyped.Objects.Layout;
using PmemTyped.Objects.Regions;

namespace PmemTyped.Objects.Transactions;

/// <summary>
/// One transaction at a time: what it changes is logged before, and at its end either durable or undone. The crash argument
/// is in <see cref="TransactionOrdering"/>. Threads: belongs to who has the lane.
/// </summary>
internal sealed class TransactionLane<TMedium>
    where TMedium : struct, IPmemMedium
{
    private readonly RegionCore<TMedium> _region;
    private readonly int _logBytes;

    // Not readonly: the compiler would copy it before every call.
    private TMedium _medium;
    private UndoLog<TMedium> _log;
    private LoggedTargets? _targets;

    internal TransactionLane(RegionCore<TMedium> region, int number)
    {
        _region = region;
        Number = number;
        _medium = region.Medium;
        long offset = region.Geometry.LaneOffset(number);
        _logBytes = region.Geometry.LogBytes;
        _ = UndoLog<TMedium>.TryReadGeneration(_medium, offset, out ulong generation);
        _log = new UndoLog<TMedium>(_medium, offset, _logBytes, generation);
    }

    /// <summary>Gets a number that changes whenever a transaction begins or ends here, so that no handle outlives its own.</summary>
    internal long Ticket { get; private set; }

    /// <summary>Gets or sets the next lane that the same thread has.</summary>
    internal TransactionLane<TMedium>? NextOfThread { get; set; }

    internal RegionCore<TMedium> Region => _region;

    internal int Number { get; }

    /// <summary>Begins a transaction. Allocates at the first use of the lane.</summary>
    internal long Begin()
    {
        _targets ??= new LoggedTargets(_logBytes / LogEntryLayout.SizeBytes);
        return ++Ticket;
    }

    /// <summary>Logs the bytes of an object, unless they are. <see cref="PersistLog"/> must follow before a store.</summary>
    internal void Log(long offset, int type) => Log(_region.Chunks.Require(offset, type), offset);

    /// <summary>Makes the log durable: from here on stores to what was logged are allowed.</summary>
    internal void PersistLog() => _log.Persist();

    /// <summary>Makes an object of zeros. On the medium when the transaction commits.</summary>
    internal long New(int type)
    {
        RequireRoom(0);
        long offset = _region.Slots.Take(type);
        _log.Append(LogEntryKind.SlotTaken, offset, _region.Types.Types[type].StrideBytes);
        _targets![offset] = TargetState.New;
        Clear(offset, _region.Types.Types[type].StrideBytes);
        return offset;
    }

    /// <summary>Frees an object when the transaction commits.</summary>
    internal void Free(long offset, int type)
    {
        Chunk chunk = _region.Chunks.Require(offset, type);
        if (offset == _region.RootOffset || chunk.Word.Kind != ChunkKind.Slots)
        {
            throw new ArgumentException(
                FormattableString.Invariant(
                    $"The object at offset 0x{offset:X} of '{_region.Path}' is the root or the element of an array, which cannot be freed alone."));
        }

        ThrowIfFreed(offset);
        RequireRoom(0);
        _log.Append(LogEntryKind.SlotFreed, offset, chunk.Stride);
        _targets![offset] = TargetState.Freed;
    }

    /// <summary>Makes an array of zeros and returns where its first element is.</summary>
    internal long NewArray(int type, long count)
    {
        RequireRoom(ChunkWord.SizeBytes);
        Chunk chunk = _region.Slots.TakeArray(type, count);
        long at = _region.Geometry.ChunkWordOffset(chunk.Index);
        LogWord(at);
        _log.Persist();
        _medium.Store64(at, chunk.Word.ToWord(at));
        return chunk.First;
    }

    /// <summary>Frees an array when the transaction commits.</summary>
    internal void FreeArray(long offset, int type)
    {
        Chunk chunk = _region.Chunks.Require(offset, type);
        long at = _region.Geometry.ChunkWordOffset(chunk.Index);
        if (chunk.Word.Kind != ChunkKind.Array || chunk.First != offset || _medium.Load64(at) == 0
            || _region.ArrayOf(type, out _) == offset)
        {
            throw new ArgumentException(
                FormattableString.Invariant(
                    $"There is no array at offset 0x{offset:X} of '{_region.Path}'. Give the first element of one that was not freed and is not the region's own."));
        }

        RequireRoom(ChunkWord.SizeBytes);
        LogWord(at);
        _log.Persist();
        _medium.Store64(at, 0);
    }

    /// <summary>Makes the region's own array of a type and returns where its first element is.</summary>
    internal long MakeOwnArray(int type, long count)
    {
        long first = NewArray(type, count);
        long at = RegionGeometry.TypeOffset(type) + TypeEntryLayout.ArrayOffset;
        RequireRoom(ChunkWord.SizeBytes);
        LogWord(at);
        _log.Persist();
        _medium.Store64(at, (ulong)first);
        return first;
    }

    /// <summary>Makes everything durable. Persisted on return.</summary>
    internal void Commit()
    {
        if (!_log.IsEmpty)
        {
            _log.Persist();
            FlushChanges();

            // P2: crash before here: recovery finds the log and undoes what arrived.
            _medium.Drain(TransactionOrdering.P2);
            long tail = _log.Tail;
            _log.EndCommitted();
            Forget(tail, isCommitted: true);
        }

        End();
    }

    /// <summary>Undoes everything, in memory too.</summary>
    internal void Abort()
    {
        if (!_log.IsEmpty)
        {
            _medium.ThrowIfFaulted();
            Restore();

            // P4: crash before here: recovery finds the log and does the same.
            _medium.Drain(TransactionOrdering.P4);
            long tail = _log.Tail;
            _log.EndUndone();
            Forget(tail, isCommitted: false);
        }

        End();
    }

    /// <summary>Lets go of a lane whose medium failed; nothing is stored.</summary>
    internal void Abandon() => Ticket++;

    private void Log(Chunk chunk, long offset)
    {
        switch (_targets![offset])
        {
            case TargetState.None:
                RequireRoom(chunk.Stride);
                _log.Append(LogEntryKind.Bytes, offset, chunk.Stride);
                _targets[offset] = TargetState.Updated;
                break;
            case TargetState.Freed:
                ThrowIfFreed(offset);
                break;
            default:
                break;
        }
    }

    private void LogWord(long at)
    {
        if (_targets![at] == TargetState.None)
        {
            _log.Append(LogEntryKind.Bytes, at, ChunkWord.SizeBytes);
            _targets[at] = TargetState.Updated;
        }
    }

    private void FlushChanges()
    {
        var run = new FlushRun<TMedium>(_medium, TransactionOrdering.P2);
        for (long at = _log.Start; at < _log.Tail;)
        {
            LogEntry entry = _log.Read(at);
            if (entry.Kind != LogEntryKind.Bytes)
            {
                run.Add(_region.Slots.StoreBit(entry.Target, entry.Kind == LogEntryKind.SlotTaken), sizeof(ulong));
            }

            if (entry.Kind != LogEntryKind.SlotFreed)
            {
                run.Add(entry.Target, entry.LengthBytes);
            }

            at = entry.NextOffset;
        }

        run.End();
    }

    // Every object is in the log once, so the order does not matter; bits were not stored yet.
    private void Restore()
    {
        var run = new FlushRun<TMedium>(_medium, TransactionOrdering.P4);
        for (long at = _log.Start; at < _log.Tail;)
        {
            LogEntry entry = _log.Read(at);
            if (entry.Kind == LogEntryKind.Bytes)
            {
                _medium.Store(entry.Target, _medium.Window(entry.OldOffset, entry.LengthBytes));
                run.Add(entry.Target, entry.LengthBytes);
            }

            at = entry.NextOffset;
        }

        run.End();
    }

    // What nothing on the medium names any more becomes free in memory.
    private void Forget(long tail, bool isCommitted)
    {
        LogEntryKind released = isCommitted ? LogEntryKind.SlotFreed : LogEntryKind.SlotTaken;
        for (long at = _log.Start; at < tail;)
        {
            LogEntry entry = _log.Read(at);
            if (entry.Kind == released)
            {
                _region.Slots.Release(entry.Target);
            }
            else if (entry.Kind == LogEntryKind.Bytes && entry.Target < _region.Geometry.ChunksOffset)
            {
                ForgetArray(entry.Target);
            }

            at = entry.NextOffset;
        }
    }

    private void ForgetArray(long at)
    {
        long inside = at - _region.Geometry.ChunkTableOffset;
        if (inside >= 0 && _medium.Load64(at) == 0)
        {
            _region.Slots.ReleaseArray(_region.Chunks[(int)(inside / ChunkWord.SizeBytes)]!);
        }
    }

    private void End()
    {
        _targets!.Clear();
        Ticket++;
    }

    private void Clear(long offset, int lengthBytes)
    {
        ReadOnlySpan<byte> zeros = RegionCore<TMedium>.Zeros;
        for (int done = 0; done < lengthBytes; done += zeros.Length)
        {
            _medium.Store(offset + done, zeros[..Math.Min(zeros.Length, lengthBytes - done)]);
        }
    }

    private void ThrowIfFreed(long offset)
    {
        if (_targets![offset] == TargetState.Freed)
        {
            throw new InvalidOperationException(
                FormattableString.Invariant(
                    $"The object at offset 0x{offset:X} of '{_region.Path}' was freed by this transaction."));
        }
    }

    private void RequireRoom(long oldBytes)
    {
        long needed = UndoLog<TMedium>.EntryBytes(oldBytes);
        if (needed > _log.RoomBytes)
        {
            throw new PmemCapacityException(
                _region.Path,
                FormattableString.Invariant($"{needed} bytes more in the log of a transaction"),
                FormattableString.Invariant($"{_log.RoomBytes} of {_logBytes} are left"),
                "Commit in smaller steps, or make the region with a larger LogBytes.");
        }
    }
}
