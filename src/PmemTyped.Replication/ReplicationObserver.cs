using PmemTyped.Native.Linux;
using PmemTyped.Sets;

namespace PmemTyped.Replication;

/// <summary>
/// Sends what becomes durable in a map or set to a remote pool, in its order, on one lane. A local drain returns when its
/// ranges are Replicated; inside <see cref="PersistRelay.BeginBatch"/> the end of the batch does. The image of the remote pool is at any
/// instant one that the local one passed through, so that what recovers from a crash here recovers there. After the first
/// exception every later call throws: what failed is a hole, which no drain may call Replicated. Make a new observer when the
/// copy was made equal again.
/// (replication specification, 19.3)
/// </summary>
/// <remarks>
/// Give it to a <see cref="PersistRelay"/> for a map, or to <see cref="PmemSetConfig.PersistObserver"/> with the address of the
/// first byte as base. Of the header page nothing is sent, where the remote pool has one of its own. Threads: safe.
/// </remarks>
/// <param name="pool">The remote pool; its local map is the memory that is observed.</param>
/// <param name="lane">The lane, which nobody else stores through.</param>
/// <param name="baseAddress">What events of byte 0 of the pool say as their offset: 0 for a map, an address in a set.</param>
public sealed class ReplicationObserver(RemotePool pool, int lane = 0, long baseAddress = 0) : IPersistObserver
{
    private const long HeaderBytes = 4096;
    private const long AtomicBytes = 8 << 10;

    private RemotePoolException? _failure;

    /// <summary>Queues a range. An exception leaves through the persisting call; the bytes are durable here all the same.</summary>
    /// <param name="persisted">The range.</param>
    /// <exception cref="RemotePoolException">The target failed, or is not reached.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The range lies outside of the remote pool.</exception>
    public void OnPersisted(in PersistEvent persisted)
    {
        ThrowIfFailed();
        long offset = persisted.Offset - baseAddress;
        long end = offset + persisted.LengthBytes;
        offset = pool.HasHeaders ? Math.Max(offset, HeaderBytes) : offset;
        if (offset < end)
        {
            // Small ranges hold words that a protocol publishes with one store.
            try
            {
                pool.Flush(offset, end - offset, lane, end - offset <= AtomicBytes ? RemotePersist.None : RemotePersist.Relaxed);
            }
            catch (Exception e)
            {
                Fail(e);
                throw;
            }
        }
    }

    /// <summary>Waits until everything that was queued is Replicated.</summary>
    /// <exception cref="RemotePoolException">The target failed, or is not reached.</exception>
    public void OnDrained()
    {
        ThrowIfFailed();
        try
        {
            pool.Drain(lane);
        }
        catch (Exception e)
        {
            Fail(e);
            throw;
        }
    }

    private void ThrowIfFailed()
    {
        if (Volatile.Read(ref _failure) is { } failure)
        {
            throw failure;
        }
    }

    private void Fail(Exception e)
    {
        if (e is not RemotePoolException { IsFatal: true } failure)
        {
            failure = new RemotePoolException(
                (e as RemotePoolException)?.Errno ?? Errno.Invalid,
                RemoteStage.Persist,
                pool.Replica,
                isFatal: true,
                $"An earlier range did not get there, so the copy has a hole: {e.Message}",
                e);
        }

        Interlocked.CompareExchange(ref _failure, failure, null);
    }
}
