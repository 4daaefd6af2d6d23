using System.Diagnostics.CodeAnalysis;
using PmemTyped.Mapping;
using PmemTyped.Objects.Transactions;
using PmemTyped.Sets;

namespace PmemTyped;

/// <summary>
/// A failure-atomic change of any number of objects of a region: <c>using scoped PersistentTransaction tx =
/// region.BeginTransaction();</c>. An object is stored to through the cursor that <see cref="Update{T}(PPtr{T})"/> gives, in
/// the scope of the transaction and before it ends. <see cref="Commit"/> makes everything durable; without it, so also when
/// an exception leaves the scope, and after a crash, everything is as it was. It is atomic, not isolated: who changes the
/// same objects from several threads locks them, from before the update to behind the commit.
/// Threads: belongs to the thread that began it; as many threads as the region has lanes can have one each.
/// </summary>
public ref struct PersistentTransaction
{
    private readonly PersistentRegion _region;
    private readonly TransactionLane<MapMedium> _lane;
    private readonly long _ticket;
    [SuppressMessage("Usage", "CA2213", Justification = "It is disposed; the rule does not see it in a ref struct.")]
    private PmemMapLease _lease;
    [SuppressMessage("Usage", "CA2213", Justification = "It is disposed; the rule does not see it in a ref struct.")]
    private PersistBatch _batch;

    internal PersistentTransaction(PersistentRegion region)
    {
        _region = region;
        _lease = region.LeaseMap();
        try
        {
            _batch = region.BeginBatch();
            _lane = region.Core.Lanes.Acquire();
            _ticket = _lane.Begin();
        }
        catch
        {
            _batch.Dispose();
            _lease.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Logs an object and gives the cursor to store to it. The log is Persisted on return, the stores when the transaction
    /// commits. An object that was logged or made by this transaction costs nothing again.
    /// </summary>
    /// <typeparam name="T">A type marked [PersistentLayout].</typeparam>
    /// <param name="reference">The object.</param>
    /// <exception cref="ArgumentException">There is no object of the type.</exception>
    /// <exception cref="PmemCapacityException">The log is full; the transaction goes on without this object.</exception>
    /// <exception cref="InvalidOperationException">The transaction has ended, or has freed the object.</exception>
    /// <exception cref="PmemFaultedException">A flush failed, now or earlier.</exception>
    public readonly Persistent<T> Update<T>(PPtr<T> reference)
        where T : unmanaged, IPersistentLayout<T>
    {
        TransactionLane<MapMedium> lane = Lane();
        lane.Log(reference.Offset, _region.RequireType<T>());
        lane.PersistLog();
        return _lease.At<T>(reference.Offset);
    }

    /// <summary>Logs two objects as <see cref="Update{T}(PPtr{T})"/> does, with one drain for both.</summary>
    /// <typeparam name="T1">Type of the first.</typeparam>
    /// <typeparam name="T2">Type of the second.</typeparam>
    /// <param name="first">An object.</param>
    /// <param name="second">Another one, or the same.</param>
    /// <param name="firstCursor">To store to the first.</param>
    /// <param name="secondCursor">To store to the second.</param>
    /// <inheritdoc cref="Update{T}(PPtr{T})" path="/exception"/>
    public readonly void Update<T1, T2>(
        PPtr<T1> first, PPtr<T2> second, out Persistent<T1> firstCursor, out Persistent<T2> secondCursor)
        where T1 : unmanaged, IPersistentLayout<T1>
        where T2 : unmanaged, IPersistentLayout<T2>
    {
        TransactionLane<MapMedium> lane = Lane();
        lane.Log(first.Offset, _region.RequireType<T1>());
        lane.Log(second.Offset, _region.RequireType<T2>());
        lane.PersistLog();
        firstCursor = _lease.At<T1>(first.Offset);
        secondCursor = _lease.At<T2>(second.Offset);
    }

    /// <summary>
    /// Logs many objects with one drain for all, so that the updates of each that follow cost none.
    /// </summary>
    /// <typeparam name="T">A type marked [PersistentLayout].</typeparam>
    /// <param name="references">The objects.</param>
    /// <inheritdoc cref="Update{T}(PPtr{T})" path="/exception"/>
    public readonly void Prepare<T>(params ReadOnlySpan<PPtr<T>> references)
        where T : unmanaged, IPersistentLayout<T>
    {
        TransactionLane<MapMedium> lane = Lane();
        int type = _region.RequireType<T>();
        foreach (PPtr<T> reference in references)
        {
            lane.Log(reference.Offset, type);
        }

        lane.PersistLog();
    }

    /// <summary>Logs an object and stores the whole of it, as <see cref="Update{T}(PPtr{T})"/> and a cursor would.</summary>
    /// <typeparam name="T">A type marked [PersistentLayout].</typeparam>
    /// <param name="reference">The object.</param>
    /// <param name="value">Its new content.</param>
    /// <inheritdoc cref="Update{T}(PPtr{T})" path="/exception"/>
    public readonly void Store<T>(PPtr<T> reference, in T value)
        where T : unmanaged, IPersistentLayout<T> => Update(reference).StoreAll(in value);

    /// <summary>
    /// Makes an object. It is there when the transaction commits; a crash before leaves its place free. Nothing leaks as
    /// long as the same transaction stores the reference into an object that can be found.
    /// </summary>
    /// <typeparam name="T">A type marked [PersistentLayout].</typeparam>
    /// <param name="value">Its content.</param>
    /// <returns>The reference to it.</returns>
    /// <exception cref="PmemCapacityException">The region or the log is full.</exception>
    /// <exception cref="LayoutMismatchException">The region has another layout of the same name.</exception>
    /// <exception cref="InvalidOperationException">The transaction has ended.</exception>
    /// <exception cref="PmemFaultedException">A flush failed, now or earlier.</exception>
    [SuppressMessage("PmemTyped.Durability", "PMT1001", Justification = "Commit persists what the transaction has made.")]
    public readonly PPtr<T> New<T>(in T value = default)
        where T : unmanaged, IPersistentLayout<T>
    {
        var made = new PPtr<T>(Lane().New(_region.TypeOf<T>()));
        _lease.At<T>(made.Offset).StoreAll(in value);
        return made;
    }

    /// <summary>Frees an object. Its place can be used again when the transaction has committed.</summary>
    /// <typeparam name="T">A type marked [PersistentLayout].</typeparam>
    /// <param name="reference">The object; nothing should refer to it any more.</param>
    /// <exception cref="ArgumentException">There is no such object, or it is the root or an element of an array.</exception>
    /// <exception cref="PmemCapacityException">The log is full.</exception>
    /// <exception cref="InvalidOperationException">The transaction has ended, or has freed the object already.</exception>
    public readonly void Free<T>(PPtr<T> reference)
        where T : unmanaged, IPersistentLayout<T> => Lane().Free(reference.Offset, _region.RequireType<T>());

    /// <summary>
    /// Makes an array of zero elements in one piece. It takes whole chunks of 64 KiB, so it is meant for many elements; they
    /// are logged when they are updated, like those of any array.
    /// </summary>
    /// <typeparam name="T">A type marked [PersistentLayout].</typeparam>
    /// <param name="count">Number of elements, at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">The count is below 1.</exception>
    /// <inheritdoc cref="New{T}" path="/exception"/>
    public readonly PersistentArray<T> NewArray<T>(long count)
        where T : unmanaged, IPersistentLayout<T>
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        return new PersistentArray<T>(new PPtr<T>(Lane().NewArray(_region.TypeOf<T>(), count)), count);
    }

    /// <summary>Frees an array. Its place can be used again when the transaction has committed.</summary>
    /// <typeparam name="T">A type marked [PersistentLayout].</typeparam>
    /// <param name="first">Its first element.</param>
    /// <exception cref="ArgumentException">No array begins there, or it is the region's own of the type.</exception>
    /// <exception cref="PmemCapacityException">The log is full.</exception>
    /// <exception cref="InvalidOperationException">The transaction has ended.</exception>
    public readonly void FreeArray<T>(PPtr<T> first)
        where T : unmanaged, IPersistentLayout<T> => Lane().FreeArray(first.Offset, _region.RequireType<T>());

    /// <summary>A cursor without stores onto an object, with what this transaction has stored.</summary>
    /// <typeparam name="T">A type marked [PersistentLayout].</typeparam>
    /// <param name="reference">The object.</param>
    /// <exception cref="ArgumentException">There is no object of the type.</exception>
    /// <exception cref="InvalidOperationException">The transaction has ended.</exception>
    public readonly ReadOnlyPersistent<T> Read<T>(PPtr<T> reference)
        where T : unmanaged, IPersistentLayout<T>
    {
        _ = Lane();
        _ = _region.Require(reference);
        return _lease.ReadAt<T>(reference.Offset);
    }

    /// <summary>
    /// Ends the transaction and keeps what it did. Persisted on return; after a crash before that all of it is there, or
    /// nothing.
    /// </summary>
    /// <exception cref="InvalidOperationException">The transaction has ended.</exception>
    /// <exception cref="PmemFaultedException">A flush failed; opening the region again undoes what arrived, or not if it was all.</exception>
    public void Commit()
    {
        TransactionLane<MapMedium> lane = Lane();
        try
        {
            lane.Commit();
        }
        finally
        {
            End(lane);
        }
    }

    /// <summary>
    /// Undoes what the transaction did, unless it was committed; a second call does nothing. Persisted on return.
    /// </summary>
    /// <exception cref="PmemFaultedException">A flush failed; opening the region again undoes it.</exception>
    public void Dispose()
    {
        if (_lane is not { } lane || lane.Ticket != _ticket)
        {
            return;
        }

        try
        {
            lane.Abort();
        }
        finally
        {
            End(lane);
        }
    }

    // A lane that failed keeps its ticket otherwise, and a copy of this struct could end it twice.
    private void End(TransactionLane<MapMedium> lane)
    {
        if (lane.Ticket == _ticket)
        {
            lane.Abandon();
        }

        _region.Core.Lanes.Release(lane);
        try
        {
            _batch.Dispose();
        }
        finally
        {
            _lease.Dispose();
        }
    }

    private readonly TransactionLane<MapMedium> Lane()
    {
        if (_lane is null || _lane.Ticket != _ticket)
        {
            ThrowEnded();
        }

        return _lane;
    }

    [DoesNotReturn]
    private static void ThrowEnded() => throw new InvalidOperationException(
        "The transaction has ended: it was committed or disposed. Begin another one.");
}
