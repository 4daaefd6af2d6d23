using PmemTyped.Mapping;
using PmemTyped.Replication.Generations;
using PmemTyped.Replication.Resync;

namespace PmemTyped.Replication;

/// <content>How a replica becomes equal again, and counts.</content>
public sealed partial class ReplicaPrimary
{
    /// <summary>
    /// Brings a replica up to date and attaches it. Writers may go on, when what they persist goes to the same remote pool, on the
    /// same lane, from before this call on. Replicated on return. An interrupted one goes on where it was.
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
        RemotePool pool, int number, ResyncOptions? options = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(pool);
        options ??= new ResyncOptions();
        MissedRegionFile missed = MissedOf(number);
        ReplicaPeer peer = _peers[number];
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
            return Guarded(() => Copy(pool, peer, missed.Bitmap, options, cancellation));
        }
        finally
        {
            missed.End();
        }
    }

    /// <summary>As <see cref="Resync"/>, on a thread of the pool.</summary>
    /// <inheritdoc cref="Resync" path="/param|/returns|/exception"/>
    public Task<ResyncProgress> ResyncAsync(
        RemotePool pool, int number, ResyncOptions? options = null, CancellationToken cancellation = default) =>
        Task.Run(() => Resync(pool, number, options, cancellation), cancellation);

    // Until the end the copy counts for nothing: its bytes are a mixture.
    private ResyncProgress Copy(
        RemotePool pool, ReplicaPeer peer, MissedBitmap<MapMedium> missed, ResyncOptions options, CancellationToken cancellation)
    {
        ReplicaMetadata theirs = RemoteHistory.Read(peer, _options);
        ResyncDirection direction = DirectionTo(theirs, peer.Number);
        if (direction == ResyncDirection.Full)
        {
            missed.Fill();
        }

        Detach(peer.Number);
        theirs = RemoteHistory.Replace(peer, Epoch, GenerationRules.Syncing(Metadata, in theirs, peer.Number), _options);
        var copier = new RegionCopier(pool, pool.Local, missed, direction, options);
        copier.Run(cancellation);
        Attach(pool, peer, in theirs);
        return copier.Progress;
    }

    private ResyncDirection DirectionTo(ReplicaMetadata theirs, int number)
    {
        ReplicaMetadata current = Metadata;
        ResyncDirection direction = GenerationRules.Compare(in current, in theirs);
        string? reason = direction switch
        {
            ResyncDirection.Quick or ResyncDirection.Full => null,
            ResyncDirection.Behind => FormattableString.Invariant($"Copy {number} is newer than this one, and is not overwritten. Promote it instead."),
            ResyncDirection.Foreign => FormattableString.Invariant($"Copy {number} belongs to another set, and is not overwritten."),
            _ => FormattableString.Invariant(
                $"Split brain: copy {number} was written without this one, or was away for too long to tell; it is not overwritten. Choose whose writes go: remove that pool there and create it anew, or promote it."),
        };
        return reason is null ? direction : throw new ReplicaConflictException(reason, current, [theirs]);
    }

    // Off the list of those away first: a primary that forgot that the copy counts again would not wait for it.
    private void Attach(RemotePool pool, ReplicaPeer peer, in ReplicaMetadata theirs)
    {
        lock (_lock)
        {
            if (pool.Failure is { } failure)
            {
                throw failure;
            }

            ReplicaMetadata current = _file.Current;
            ReplicaMetadata returned = GenerationRules.Returned(in current, peer.Number);
            _file.Update(in returned);
            _ = RemoteHistory.Replace(peer, Epoch, GenerationRules.Synced(in returned, in theirs), _options);
            _attached |= GenerationRules.Bit(peer.Number);
        }
    }
}
