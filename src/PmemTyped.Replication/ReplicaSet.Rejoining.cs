using System.Diagnostics.CodeAnalysis;
using PmemTyped.Mapping;
using PmemTyped.Replication.Fanout;

namespace PmemTyped.Replication;

/// <content>Replicas that come back.</content>
public sealed partial class ReplicaSet
{
    private const int RoundsBesideWriters = 8;
    private const int RegionsAtOnce = 32;
    private const int CopyBytes = 4 * ReplicaLog.PieceBytes;
    private readonly Lock _rejoining = new();

    /// <summary>
    /// Opens a replica that is away and sends what it missed, while others write; for the last of it they wait. Until then nothing
    /// should be recovered from it. Does nothing for a replica that is in sync. In sync on return.
    /// </summary>
    /// <param name="replica">Its number, from 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is none of that number.</exception>
    /// <exception cref="PmemFormatException">There is another pool now.</exception>
    /// <exception cref="RemotePoolException">It is not reached, refuses, or is lost again; it stays away.</exception>
    /// <exception cref="ObjectDisposedException">The set was closed.</exception>
    [SuppressMessage("Reliability", "CA2000", Justification = "The link keeps it, or it is disposed.")]
    public void Rejoin(int replica)
    {
        RequireReplica(replica);
        ReplicaLink link = _links[replica];
        lock (_rejoining)
        {
            ObjectDisposedException.ThrowIf(_isEnding, this);
            if (link.IsInSync)
            {
                return;
            }

            link.Pool?.Dispose();
            RemotePool pool = Reach(link);
            try
            {
                Change(link, ReplicaState.Rejoining);
                CatchUp(link, pool);
            }
            catch
            {
                Change(link, ReplicaState.Away);
                pool.Dispose();
                throw;
            }
            finally
            {
                RaiseChanges();
            }
        }
    }

    // What is stored meanwhile is missed again. Each round has less to send than the one before, unless writers are faster than
    // the replica; the last round lets them wait.
    private void CatchUp(ReplicaLink link, RemotePool pool)
    {
        for (int round = 0; round < RoundsBesideWriters && SendMissed(link, pool) > RegionsAtOnce; round++)
        {
            ObjectDisposedException.ThrowIf(_isEnding, this);
        }

        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_isEnding, this);
            _ = SendMissed(link, pool);
            link.Attach(pool, _log.Head);
            _away--;
            _changes.Enqueue(StatusOf(link));
            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>Sends what is missed now, and returns how many regions that were.</summary>
    private long SendMissed(ReplicaLink link, RemotePool pool)
    {
        long left;
        lock (_gate)
        {
            left = link.Missed.Count;
        }

        long sent = 0;
        byte[] copy = new byte[CopyBytes];
        Span<(long Offset, long LengthBytes)> taken = stackalloc (long Offset, long LengthBytes)[RegionsAtOnce];
        while (sent < left)
        {
            int count = Take(link, taken);
            if (count == 0)
            {
                break;
            }

            try
            {
                foreach ((long offset, long lengthBytes) in taken[..count])
                {
                    SendRegion(pool, offset, lengthBytes, copy);
                }
            }
            catch
            {
                GiveBack(link, taken[..count]);
                throw;
            }

            sent += count;
        }

        return sent;
    }

    // Others store to the region meanwhile, and what is sent must stay as it is until it is drained. Of the header page nothing
    // is sent to a replica that has its own.
    private void SendRegion(RemotePool pool, long offset, long lengthBytes, byte[] copy)
    {
        long end = offset + lengthBytes;
        offset = _hasHeaders ? Math.Max(offset, HeaderBytes) : offset;
        int used = 0;
        using scoped PmemMapLease lease = _local.Lease();
        while (offset < end)
        {
            int piece = (int)Math.Min(end - offset, ReplicaLog.PieceBytes);
            if (used + piece > copy.Length)
            {
                pool.Drain();
                used = 0;
            }

            Span<byte> bytes = copy.AsSpan(used, piece);
            lease.Window(offset, piece).CopyTo(bytes);
            _ = pool.Queue(offset, bytes, RemotePersist.Relaxed, drains: false);
            offset += piece;
            used += piece;
        }

        pool.Drain();
    }

    private int Take(ReplicaLink link, Span<(long Offset, long LengthBytes)> taken)
    {
        int count = 0;
        lock (_gate)
        {
            while (count < taken.Length && link.Missed.TryTake(out long offset, out long lengthBytes))
            {
                taken[count++] = (offset, lengthBytes);
            }
        }

        return count;
    }

    private void GiveBack(ReplicaLink link, ReadOnlySpan<(long Offset, long LengthBytes)> taken)
    {
        lock (_gate)
        {
            foreach ((long offset, long lengthBytes) in taken)
            {
                link.Missed.Add(offset, lengthBytes);
            }
        }
    }

    private void Change(ReplicaLink link, ReplicaState state)
    {
        lock (_gate)
        {
            link.Detach(state, failure: null);
            _changes.Enqueue(StatusOf(link));
        }
    }
}
