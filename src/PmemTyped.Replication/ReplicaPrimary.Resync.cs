using PmemTyped.Replication.Fanout;
using PmemTyped.Replication.Generations;
using PmemTyped.Replication.Resync;

namespace PmemTyped.Replication;

/// <content>How a replica becomes equal again, and counts.</content>
public sealed partial class ReplicaPrimary
{
    /// <summary>
    /// Brings a replica up to date and attaches it. Writers may go on, when what they persist goes to the same remote pool, on the
    /// same lane, from before this call on; what is sent are copies, so that no store tears them. Replicated on return. An
    /// interrupted one goes on where it was.
    /// </summary>
    /// <param name="pool">The remote pool, open in <see cref="Epoch"/> over the local map of the pool.</param>
    /// <param name="number">Number of the replica.</param>
    /// <param name="options">Null for the defaults.</param>
    /// <param name="cancellation">Interrupts it.</param>
    /// <returns>What was done.</returns>
    /// <exception cref="ArgumentException">The remote pool is open in another epoch.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such replica.</exception>
    /// <exception cref="InvalidOperationException">
    /// Another call is at it; or writers do not send to it, so that it never becomes equal.
    /// </exception>
    /// <exception cref="ReplicaConflictException">Generations say that the replica must not be overwritten.</exception>
    /// <exception cref="RemotePoolException">The target failed, refused, or is not reached.</exception>
    /// <exception cref="OperationCanceledException">It was interrupted.</exception>
    public ResyncProgress Resync(
        RemotePool pool, int number, ResyncOptions? options = null, CancellationToken cancellation = default) =>
        Exclusively(pool, number, (peer, missed) =>
        {
            var resync = new ReplicaResync(options ?? new ResyncOptions(), Begins: () => { }, IsSentTo: () => true);
            return Copy(pool, peer, missed.Bitmap, resync, cancellation);
        });

    /// <summary>As <see cref="Resync"/>, on a thread of the pool.</summary>
    /// <inheritdoc cref="Resync" path="/param|/returns|/exception"/>
    public Task<ResyncProgress> ResyncAsync(
        RemotePool pool, int number, ResyncOptions? options = null, CancellationToken cancellation = default) =>
        Task.Run(() => Resync(pool, number, options, cancellation), cancellation);

    /// <summary>As the public one, for a set whose writers send to the replica from the moment on that the resync tells.</summary>
    internal ResyncProgress ResyncBeside(RemotePool pool, int number, ReplicaResync resync, CancellationToken cancellation) =>
        Exclusively(pool, number, (peer, missed) => Copy(pool, peer, missed.Bitmap, resync, cancellation));

    /// <summary>
    /// Brings a replica up to date before anything is stored, and attaches it. One that must be equal, because nobody lacked
    /// anything at the last close, or whose history nobody knows, is compared first.
    /// </summary>
    /// <exception cref="PmemFormatException">It differs all the same, and is not to be overwritten.</exception>
    internal ResyncProgress Level(RemotePool pool, int number, bool mayOverwrite, string name, ResyncOptions options) =>
        Exclusively(pool, number, (peer, missed) =>
        {
            ReplicaMetadata theirs = RemoteHistory.Read(peer, _options);
            ReplicaMetadata current = Metadata;
            bool isMember = GenerationRules.IsMember(in current, in theirs);
            bool isSure = theirs.SetUuid != Guid.Empty && !(isMember && _before.IsClean && _before.IsLevel);
            if (DirectionTo(theirs, number) == ResyncDirection.Full)
            {
                missed.Bitmap.Fill();
            }

            if (!isSure || isMember)
            {
                var copier = new RegionCopier(pool, missed.Bitmap, ResyncDirection.Quick, options);
                List<RemoteDifference> differences = copier.Compare(CancellationToken.None);
                if (!isSure && !mayOverwrite)
                {
                    ReplicaContent.RequireNone(differences, name);
                }

                if (isMember && differences.Count == 0)
                {
                    // It has everything and is told so: nothing has to be made durable anywhere.
                    lock (_lock)
                    {
                        _attached |= GenerationRules.Bit(number);
                    }

                    return copier.Progress;
                }
            }

            var resync = new ReplicaResync(options, Begins: () => { }, IsSentTo: () => true);
            return Copy(pool, peer, missed.Bitmap, resync, CancellationToken.None, isMarked: true);
        });

    private ResyncProgress Exclusively(RemotePool pool, int number, Func<ReplicaPeer, MissedRegionFile, ResyncProgress> act)
    {
        ArgumentNullException.ThrowIfNull(pool);
        MissedRegionFile missed = MissedOf(number);
        if (pool.Epoch != Epoch)
        {
            throw new ArgumentException(FormattableString.Invariant(
                $"The remote pool is open in epoch {pool.Epoch}, this primary writes in {Epoch}. Open it with RemotePoolOptions.Epoch."), nameof(pool));
        }

        if (!missed.TryBegin())
        {
            throw new InvalidOperationException(FormattableString.Invariant(
                $"Copy {number} is being brought up to date already. Wait for it, or cancel it."));
        }

        try
        {
            return Guarded(() => act(_peers[number], missed));
        }
        finally
        {
            missed.End();
        }
    }

    // Until the end the copy counts for nothing: its bytes are a mixture.
    private ResyncProgress Copy(
        RemotePool pool,
        ReplicaPeer peer,
        MissedBitmap<Mapping.MapMedium> missed,
        ReplicaResync resync,
        CancellationToken cancellation,
        bool isMarked = false)
    {
        ReplicaMetadata theirs = RemoteHistory.Read(peer, _options);
        ResyncDirection direction = DirectionTo(theirs, peer.Number);
        if (direction == ResyncDirection.Full && !isMarked)
        {
            missed.Fill();
        }

        Detach(peer.Number);
        theirs = RemoteHistory.Replace(peer, Epoch, GenerationRules.Syncing(Metadata, in theirs, peer.Number), _options);
        resync.Begins();
        var copier = new RegionCopier(pool, missed, direction, resync.Options);
        copier.Run(cancellation);
        Attach(pool, peer, in theirs, resync.IsSentTo);
        return copier.Progress;
    }

    private ResyncDirection DirectionTo(ReplicaMetadata theirs, int number)
    {
        ReplicaMetadata current = Metadata;
        ResyncDirection direction = GenerationRules.Compare(in current, in theirs);
        string? reason = direction switch
        {
            ResyncDirection.Quick or ResyncDirection.Full when theirs.SetUuid == current.SetUuid && theirs.Number != number =>
                FormattableString.Invariant($"The copy that is named as number {number} is number {theirs.Number}. Name the replicas in the order of their numbers, without this one."),
            ResyncDirection.Quick or ResyncDirection.Full => null,
            ResyncDirection.Behind => FormattableString.Invariant($"Copy {number} is newer than this one, and is not overwritten. Promote it instead."),
            ResyncDirection.Foreign => FormattableString.Invariant($"Copy {number} belongs to another set, and is not overwritten."),
            _ => FormattableString.Invariant(
                $"Split brain: copy {number} was written without this one, or was away for too long to tell; it is not overwritten. Choose whose writes go: remove that pool there and create it anew, or promote it."),
        };
        return reason is null ? direction : throw new ReplicaConflictException(reason, current, [theirs]);
    }

    // Off the list of those away first: a primary that forgot that the copy counts again would not wait for it.
    private void Attach(RemotePool pool, ReplicaPeer peer, in ReplicaMetadata theirs, Func<bool> isSentTo)
    {
        lock (_lock)
        {
            if (pool.Failure is { } failure)
            {
                throw failure;
            }

            if (!isSentTo())
            {
                throw new RemotePoolException(
                    RemoteErrno.ConnectionAborted, RemoteStage.Persist, pool.Replica, isFatal: true, "It was lost while it was brought up to date");
            }

            ReplicaMetadata current = _file.Current;
            ReplicaMetadata returned = GenerationRules.Returned(in current, peer.Number);
            _file.Update(in returned);
            _ = RemoteHistory.Replace(peer, Epoch, GenerationRules.Synced(in returned, in theirs), Brief);
            _attached |= GenerationRules.Bit(peer.Number);
        }
    }
}
