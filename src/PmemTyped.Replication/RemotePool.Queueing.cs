using PmemTyped.Replication.Initiator;

namespace PmemTyped.Replication;

/// <content>Sending and waiting as two steps, for whoever waits for several pools at once.</content>
public sealed partial class RemotePool
{
    private const int SetLane = 0;

    /// <summary>Queues bytes, which stay as they are until they are durable there.</summary>
    /// <param name="offset">First byte in the pool.</param>
    /// <param name="bytes">The bytes.</param>
    /// <param name="how">Whether words stay whole.</param>
    /// <param name="drains">Whether everything queued is sent, with a drain behind it.</param>
    /// <returns>What <see cref="Await"/> waits for.</returns>
    internal ulong Queue(long offset, ReadOnlyMemory<byte> bytes, RemotePersist how, bool drains)
    {
        RemoteLane via = Usable(offset, bytes.Length, SetLane, isStore: true, CancellationToken.None);
        try
        {
            return via.Write(
                offset, bytes, how == RemotePersist.None, drains, _options.ToOperate(CancellationToken.None));
        }
        catch (Exception e) when (RemoteSession.IsFailure(e))
        {
            throw _session.Explain(e, RemoteStage.Persist);
        }
    }

    /// <summary>
    /// Queues a range of the local map as it is now, between what others queue on the lane: nothing that left before is newer.
    /// </summary>
    /// <param name="offset">First byte in the pool.</param>
    /// <param name="copy">Receives the bytes, and keeps them until they are durable there; others store to the map meanwhile.</param>
    /// <param name="lane">The lane.</param>
    internal void QueueCopy(long offset, Memory<byte> copy, int lane)
    {
        RemoteLane via = Usable(offset, copy.Length, lane, isStore: true, CancellationToken.None);
        try
        {
            via.WriteCopy(offset, copy, _options.ToOperate(CancellationToken.None));
        }
        catch (Exception e) when (RemoteSession.IsFailure(e))
        {
            throw _session.Explain(e, RemoteStage.Persist);
        }
    }

    /// <summary>Waits until something that was queued with a drain, and all before it, is durable.</summary>
    internal void Await(ulong frame)
    {
        RemoteLane via = Usable(offset: 0, lengthBytes: 0, SetLane, isStore: false, CancellationToken.None);
        try
        {
            via.WaitDurable(frame, _options.ToOperate(CancellationToken.None));
        }
        catch (Exception e) when (RemoteSession.IsFailure(e))
        {
            throw _session.Explain(e, RemoteStage.Persist);
        }
    }
}
