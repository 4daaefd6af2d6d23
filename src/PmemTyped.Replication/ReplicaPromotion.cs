using PmemTyped.Replication.Generations;

namespace PmemTyped.Replication;

/// <summary>
/// Makes a replica the primary: gets promises of enough copies, which fences the old one, and gives it a generation of its own.
/// A split brain is refused with the histories of both. Threads: safe. (replication specification, 19.7)
/// </summary>
public static class ReplicaPromotion
{
    /// <summary>
    /// Promotes a replica. Replicated on return; then the pool is opened on its machine with <see cref="ReplicaPrimary.Open"/>.
    /// </summary>
    /// <param name="candidate">The replica.</param>
    /// <param name="others">The other copies, the old primary included; those that are not reached do not promise.</param>
    /// <param name="authority">Decides whether this candidate may; null when a human does, by this call.</param>
    /// <param name="force">
    /// Whether a human takes it on them that acknowledged writes may be lost: promises and comparison are left out, and the
    /// histories say so from then on. A copy in the middle of a resync is refused all the same.
    /// </param>
    /// <param name="options">How the copies are reached; null for the defaults.</param>
    /// <param name="cancellation">Ends the waiting for the authority.</param>
    /// <returns>The metadata of the new primary.</returns>
    /// <exception cref="ArgumentException">An authority was given together with force, which only a human may use.</exception>
    /// <exception cref="ReplicaConflictException">The candidate may lack acknowledged writes; the message says why.</exception>
    /// <exception cref="InvalidOperationException">The authority chose another candidate.</exception>
    /// <exception cref="RemotePoolException">The candidate is not reached, or refused.</exception>
    /// <exception cref="IOException">The authority is not reached.</exception>
    public static ReplicaMetadata Promote(
        ReplicaPeer candidate,
        IReadOnlyList<ReplicaPeer> others,
        IPromotionAuthority? authority = null,
        bool force = false,
        RemotePoolOptions? options = null,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(candidate);
        ArgumentNullException.ThrowIfNull(others);
        if (force && authority is not null)
        {
            throw new ArgumentException("Only a human promotes by force. Leave out the authority, or the force.", nameof(force));
        }

        options ??= new RemotePoolOptions();
        ReplicaMetadata writer = RemoteHistory.Read(candidate, options);
        PromiseRound.RequirePromotable(in writer);
        if (authority?.TryGrant(new PromotionRequest(writer.SetUuid, writer.ReplicaId, writer.Number, writer.Generation), cancellation)
            == false)
        {
            throw new InvalidOperationException(
                $"The authority chose another candidate. This copy is left as it is: {writer}.");
        }

        PromiseRound round = PromiseRound.Run(in writer, others, options);
        writer = RemoteHistory.Promise(candidate, round.Epoch, options);
        round.Require(in writer, force);
        ReplicaMetadata promoted = GenerationRules.Promoted(
            in writer, round.Epoch, Guid.NewGuid(), force, DateTimeOffset.UtcNow.ToUnixTimeSeconds());
        return RemoteHistory.Replace(candidate, round.Epoch, promoted, options);
    }
}
