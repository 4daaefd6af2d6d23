using PmemTyped.Mapping;
using PmemTyped.Native.Linux;
using PmemTyped.Replication.Frames;
using PmemTyped.Replication.Initiator;

namespace PmemTyped.Replication;

/// <summary>
/// A pool on another machine, as a copy of ranges of a local map. Offsets are the same on both sides. Nothing is tracked and
/// nothing is copied unless asked for; what a call says is durable is durable there. Threads: safe; a lane is an ordered
/// stream, and lanes are independent. (librpmem 1.3; replication specification, sections 2 and 19)
/// </summary>
public sealed partial class RemotePool : IDisposable, IAsyncDisposable
{
    private const long HeaderBytes = 4096;
    private const long TimedBytes = 16 << 20;

    private readonly RemotePoolOptions _options;
    private readonly RemoteSession _session;
    private readonly PmemMap _local;

    private RemotePool(RemoteSession session, PmemMap local, RemotePoolOptions options, RemotePoolAttributes attributes)
    {
        _session = session;
        _local = local;
        _options = options;
        Attributes = attributes;
    }

    /// <summary>Gets what the header of the pool says; all zero for a pool without headers.</summary>
    public RemotePoolAttributes Attributes { get; private set; }

    /// <summary>Gets the number of lanes that were granted: at least 1, at most what was asked for.</summary>
    public int LaneCount => _session.LaneCount;

    /// <summary>Gets the size of the window in bytes.</summary>
    public long WindowBytes => _session.WindowBytes;

    /// <summary>Gets the largest window that the pool allows, in bytes.</summary>
    public long LimitBytes => _session.LimitBytes;

    /// <summary>Gets a value indicating whether the first 4096 bytes are a header, which only attributes change.</summary>
    public bool HasHeaders => _session.HasHeaders;

    /// <summary>Gets the epoch in which this handle writes; another writer with a higher one ends it (ESTALE).</summary>
    public ulong Epoch => _session.Epoch;

    /// <summary>Gets what a drain achieves at the target.</summary>
    public ReplicaDurability Durability => _session.Durability;

    /// <summary>Gets why the handle is of no more use; null as long as it is.</summary>
    public RemotePoolException? Failure => _session.Failure;

    internal string Replica => _session.Name;

    /// <summary>
    /// Copies a range to the target. Replicated on return, at the level of <see cref="Durability"/>. (rpmem_persist)
    /// </summary>
    /// <param name="offset">First byte; with headers 4096 at least.</param>
    /// <param name="lengthBytes">Number of bytes; 0 does nothing.</param>
    /// <param name="lane">Number of the lane, from 0.</param>
    /// <param name="how">Whether words stay whole.</param>
    /// <exception cref="ArgumentOutOfRangeException">The range, the lane or a flag; the handle is as before.</exception>
    /// <exception cref="RemotePoolException">The target failed, or is not reached.</exception>
    /// <exception cref="ObjectDisposedException">The pool was closed.</exception>
    public void Persist(long offset, long lengthBytes, int lane = 0, RemotePersist how = RemotePersist.None) =>
        Persist(offset, lengthBytes, lane, how, CancellationToken.None);

    /// <summary>
    /// As <see cref="Persist(long, long, int, RemotePersist)"/>, and past the buffers that a plain persist may leave it in.
    /// (rpmem_deep_persist)
    /// </summary>
    /// <param name="offset">First byte; with headers 4096 at least.</param>
    /// <param name="lengthBytes">Number of bytes; 0 does nothing.</param>
    /// <param name="lane">Number of the lane, from 0.</param>
    /// <inheritdoc cref="Persist(long, long, int, RemotePersist)" path="/exception"/>
    public void DeepPersist(long offset, long lengthBytes, int lane = 0) =>
        DeepPersist(offset, lengthBytes, lane, CancellationToken.None);

    /// <summary>
    /// Queues a range, which must not change before a later <see cref="Drain(int)"/> or persist on the same lane returned:
    /// then it is Replicated. Waits only where the window of the lane is full. (rpmem_flush)
    /// </summary>
    /// <inheritdoc cref="Persist(long, long, int, RemotePersist)" path="/param|/exception"/>
    public void Flush(long offset, long lengthBytes, int lane = 0, RemotePersist how = RemotePersist.None) =>
        Flush(offset, lengthBytes, lane, how, CancellationToken.None);

    /// <summary>Waits until everything that was queued on a lane is Replicated. (rpmem_drain)</summary>
    /// <param name="lane">Number of the lane, from 0.</param>
    /// <inheritdoc cref="Persist(long, long, int, RemotePersist)" path="/exception"/>
    public void Drain(int lane = 0) => Drain(lane, CancellationToken.None);

    /// <summary>Reads from the target, after everything that was queued on the lane; the header too. (rpmem_read)</summary>
    /// <param name="offset">First byte.</param>
    /// <param name="destination">Receives as many bytes as it is long.</param>
    /// <param name="lane">Number of the lane, from 0.</param>
    /// <inheritdoc cref="Persist(long, long, int, RemotePersist)" path="/exception"/>
    public void Read(long offset, Span<byte> destination, int lane = 0)
    {
        RemoteLane via = Usable(offset, destination.Length, lane, isStore: false, CancellationToken.None);
        ReplicaDeadline deadline = _options.ToOperate(CancellationToken.None);
        try
        {
            for (int done = 0; done < destination.Length;)
            {
                int piece = Math.Min(destination.Length - done, _session.FrameBytes);
                via.Read(offset + done, destination.Slice(done, piece), in deadline);
                done += piece;
            }
        }
        catch (Exception e) when (RemoteSession.IsFailure(e))
        {
            throw _session.Explain(e, RemoteStage.Read);
        }
    }

    /// <summary>Changes the attributes in all headers; after a crash all or none of them are. Replicated on return. (rpmem_set_attr)</summary>
    /// <param name="attributes">The attributes, taken as they are.</param>
    /// <exception cref="RemotePoolException">EINVAL: the pool has no headers. Others: the target failed, or is not reached.</exception>
    /// <exception cref="ObjectDisposedException">The pool was closed.</exception>
    public void SetAttributes(in RemotePoolAttributes attributes) => SetAttributes(attributes, CancellationToken.None);

    /// <summary>
    /// Compares the window with the local map, by hashes of pieces; the header page is left out. Nothing is changed. What is
    /// stored or queued meanwhile may show as different.
    /// </summary>
    /// <param name="lane">Number of the lane, from 0.</param>
    /// <returns>Where they differ, in order; nothing when they are equal.</returns>
    /// <inheritdoc cref="Persist(long, long, int, RemotePersist)" path="/exception"/>
    public IReadOnlyList<RemoteDifference> Verify(int lane = 0) => Verify(lane, CancellationToken.None);

    /// <summary>
    /// Drains all lanes and closes the pool, which stays. Everything local is freed, even when it throws. (rpmem_close)
    /// </summary>
    /// <exception cref="RemotePoolException">The target is lost, now or earlier.</exception>
    public void Close() => _session.Close();

    /// <summary>As <see cref="Close"/>, and says nothing of a target that is lost.</summary>
    public void Dispose()
    {
        try
        {
            Close();
        }
        catch (RemotePoolException)
        {
            // What was acknowledged is durable; who wants to know more calls Close.
        }
    }

    private void Persist(long offset, long lengthBytes, int lane, RemotePersist how, CancellationToken cancellation)
    {
        RequireKnown(how);
        RemoteLane via = Usable(offset, lengthBytes, lane, isStore: true, cancellation);
        if (lengthBytes == 0)
        {
            return;
        }

        try
        {
            ulong frame = Write(via, offset, lengthBytes, how, drains: true, cancellation);
            via.WaitDurable(frame, _options.ToOperate(cancellation));
        }
        catch (Exception e) when (RemoteSession.IsFailure(e))
        {
            throw _session.Explain(e, RemoteStage.Persist);
        }
    }

    private void DeepPersist(long offset, long lengthBytes, int lane, CancellationToken cancellation)
    {
        RemoteLane via = Usable(offset, lengthBytes, lane, isStore: true, cancellation);
        if (lengthBytes == 0)
        {
            return;
        }

        try
        {
            _ = Write(via, offset, lengthBytes, RemotePersist.Relaxed, drains: false, cancellation);
            ReplicaDeadline deadline = _options.ToOperate(cancellation);
            via.WaitDurable(via.DeepDrain(offset, lengthBytes, in deadline), in deadline);
        }
        catch (Exception e) when (RemoteSession.IsFailure(e))
        {
            throw _session.Explain(e, RemoteStage.Persist);
        }
    }

    private void Flush(long offset, long lengthBytes, int lane, RemotePersist how, CancellationToken cancellation)
    {
        RequireKnown(how);
        RemoteLane via = Usable(offset, lengthBytes, lane, isStore: true, cancellation);
        if (lengthBytes == 0)
        {
            return;
        }

        try
        {
            _ = Write(via, offset, lengthBytes, how, drains: false, cancellation);
        }
        catch (Exception e) when (RemoteSession.IsFailure(e))
        {
            throw _session.Explain(e, RemoteStage.Persist);
        }
    }

    private void Drain(int lane, CancellationToken cancellation)
    {
        RemoteLane via = Usable(offset: 0, lengthBytes: 0, lane, isStore: false, cancellation);
        ReplicaDeadline deadline = _options.ToOperate(cancellation);
        try
        {
            via.WaitDurable(via.Drain(in deadline), in deadline);
        }
        catch (Exception e) when (RemoteSession.IsFailure(e))
        {
            throw _session.Explain(e, RemoteStage.Persist);
        }
    }

    private void SetAttributes(RemotePoolAttributes attributes, CancellationToken cancellation)
    {
        _session.ThrowIfUnusable();
        try
        {
            _ = _session.Ask(ControlOperation.SetAttributes, new ControlMessage(default, attributes, string.Empty), _options.ToAsk(cancellation));
            Attributes = HasHeaders ? attributes : default;
        }
        catch (Exception e) when (RemoteSession.IsFailure(e))
        {
            throw _session.Explain(e, RemoteStage.SetAttributes);
        }
    }

    private List<RemoteDifference> Verify(int lane, CancellationToken cancellation)
    {
        RemoteLane via = Usable(offset: 0, lengthBytes: 0, lane, isStore: false, cancellation);
        try
        {
            return RemoteComparison.Run(
                via, _local, HasHeaders ? HeaderBytes : 0, WindowBytes, _session.FrameBytes, () => _options.ToOperate(cancellation));
        }
        catch (Exception e) when (RemoteSession.IsFailure(e))
        {
            throw _session.Explain(e, RemoteStage.Read);
        }
    }

    // The limit of time is for a range of ordinary size; a longer one is several, each of which is drained on the way.
    private ulong Write(
        RemoteLane via, long offset, long lengthBytes, RemotePersist how, bool drains, CancellationToken cancellation)
    {
        for (; lengthBytes > TimedBytes; offset += TimedBytes, lengthBytes -= TimedBytes)
        {
            _ = via.Write(offset, TimedBytes, how == RemotePersist.None, drains, _options.ToOperate(cancellation));
        }

        return via.Write(offset, lengthBytes, how == RemotePersist.None, drains, _options.ToOperate(cancellation));
    }

    private static void RequireKnown(RemotePersist how)
    {
        if ((how & ~RemotePersist.Relaxed) != 0)
        {
            throw new ArgumentOutOfRangeException(
                nameof(how), FormattableString.Invariant($"0x{(int)how:X} has bits that are no flag of a persist; Relaxed is the only one."));
        }
    }

    // The order of the checks is that of librpmem; none of them leaves a trace.
    private RemoteLane Usable(long offset, long lengthBytes, int lane, bool isStore, CancellationToken cancellation)
    {
        _session.ThrowIfUnusable();
        if (isStore && HasHeaders && offset is >= 0 and < HeaderBytes)
        {
            throw new ArgumentOutOfRangeException(nameof(offset), FormattableString.Invariant(
                $"Offset {offset} lies in the header of the remote pool, which only attributes change. Begin at {HeaderBytes}."));
        }

        if (lane < 0 || lane >= LaneCount)
        {
            throw new ArgumentOutOfRangeException(
                nameof(lane), FormattableString.Invariant($"There is no lane {lane}; {LaneCount} were granted."));
        }

        return offset >= 0 && lengthBytes >= 0 && offset <= WindowBytes && lengthBytes <= WindowBytes - offset
            ? _session.LaneAt(lane, cancellation)
            : throw new ArgumentOutOfRangeException(nameof(offset), FormattableString.Invariant(
                $"{lengthBytes} bytes at offset {offset} do not lie in the window of {WindowBytes} bytes."));
    }
}
