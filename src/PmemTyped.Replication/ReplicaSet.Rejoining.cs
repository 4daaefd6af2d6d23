using System.Diagnostics.CodeAnalysis;
using PmemTyped.Replication.Fanout;
using PmemTyped.Replication.Resync;

namespace PmemTyped.Replication;

/// <content>Replicas that come back.</content>
public sealed partial class ReplicaSet
{
    private readonly Lock _rejoining = new();

    /// <summary>
    /// Opens a replica that is away and brings it up to date, as <see cref="ReplicaSetOptions.Resync"/> says, while others write:
    /// what they store goes to it as well. Until it counts again it cannot be promoted. Does nothing for a replica that is in sync.
    /// In sync on return.
    /// </summary>
    /// <param name="replica">Its number, from 0.</param>
    /// <param name="cancellation">Interrupts it; the next one goes on where it was.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is none of that number.</exception>
    /// <exception cref="PmemFormatException">There is another pool now.</exception>
    /// <exception cref="RemotePoolException">It is not reached, refuses, or is lost again; it stays away.</exception>
    /// <exception cref="ReplicaConflictException">
    /// Another writer took over, which ends the set; or generations say that the replica must not be overwritten.
    /// </exception>
    /// <exception cref="OperationCanceledException">It was interrupted; the replica stays away.</exception>
    /// <exception cref="ObjectDisposedException">The set was closed.</exception>
    [SuppressMessage("Reliability", "CA2000", Justification = "The link keeps it, or it is disposed.")]
    public void Rejoin(int replica, CancellationToken cancellation = default)
    {
        RequireReplica(replica);
        ReplicaLink link = _links[replica];
        lock (_rejoining)
        {
            ObjectDisposedException.ThrowIf(_isEnding, this);
            ThrowIfFenced();
            if (link.IsInSync)
            {
                return;
            }

            RemotePool? pool = null;
            try
            {
                link.Pool?.Dispose();
                pool = Reach(link);
                CatchUp(link, pool, cancellation);
                BeginCounting(link, pool);
            }
            catch (Exception e)
            {
                Lose(link, e, long.MaxValue);
                pool?.Dispose();
                ThrowIfFenced();
                throw;
            }
            finally
            {
                RaiseChanges();
            }
        }
    }

    private void CatchUp(ReplicaLink link, RemotePool pool, CancellationToken cancellation)
    {
        ResyncOptions options = _options.Resync with { Lane = 0 };
        if (_primary is not null)
        {
            var resync = new ReplicaResync(options, () => BeginSending(link, pool), () => link.IsSentTo);
            _ = _primary.ResyncBeside(pool, link.CopyNumber, resync, cancellation);
            return;
        }

        BeginSending(link, pool);
        var copier = new RegionCopier(pool, link.Missed.Bitmap, ResyncDirection.Quick, options);
        copier.Run(cancellation);
    }

    // What was stored before is noted as missed, what comes is sent and waited for.
    private void BeginSending(ReplicaLink link, RemotePool pool)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_isEnding, this);
            link.Attach(pool, _log.Head, ReplicaState.Rejoining);
            _changes.Enqueue(StatusOf(link));
            Monitor.PulseAll(_gate);
        }
    }

    private void BeginCounting(ReplicaLink link, RemotePool pool)
    {
        lock (_gate)
        {
            if (!link.IsSentTo)
            {
                // The history names it a member already, so it has to be left behind once more.
                _losses++;
                throw pool.Failure ?? new RemotePoolException(
                    RemoteErrno.ConnectionAborted, RemoteStage.Persist, pool.Replica, isFatal: true, "It was lost while it was brought up to date");
            }

            link.Count();
            _away--;
            _changes.Enqueue(StatusOf(link));
            Monitor.PulseAll(_gate);
        }
    }
}
