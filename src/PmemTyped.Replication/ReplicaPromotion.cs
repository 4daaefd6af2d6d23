using PmemTyped.Mapping;
using PmemTyped.Replication.Generations;
using PmemTyped.Sets.PoolSets;

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

    /// <summary>
    /// Promotes the copy on this machine, as a human decides it. Nobody has it open, no initiator through a target either; both is
    /// refused. Persisted on return; then the pool is opened with its replicas.
    /// </summary>
    /// <param name="pool">Path of the pool, or of its set file.</param>
    /// <param name="others">The other copies, the old primary included; those that are not reached do not promise.</param>
    /// <param name="force">As for <see cref="Promote"/>.</param>
    /// <param name="isTrial">Whether only to find out what would be: no promise is asked for, and nothing is changed anywhere.</param>
    /// <param name="options">How the copies are reached; null for the defaults.</param>
    /// <returns>The metadata of the new primary; of a trial, those of the copy as it is.</returns>
    /// <exception cref="ReplicaConflictException">The copy may lack acknowledged writes; the message says why.</exception>
    /// <exception cref="NotSupportedException">The pool lies on a device or in directories; promote it at its target.</exception>
    /// <exception cref="PmemInUseException">Somebody has the pool open.</exception>
    /// <exception cref="PmemException">The pool is missing, or its history cannot be read or written.</exception>
    /// <exception cref="RemotePoolException">Other writers were faster again and again.</exception>
    public static ReplicaMetadata PromoteHere(
        string pool, IReadOnlyList<ReplicaPeer> others, bool force = false, bool isTrial = false, RemotePoolOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(pool);
        ArgumentNullException.ThrowIfNull(others);
        options ??= new RemotePoolOptions();
        string place = MetadataFile.PlaceOf(pool);
        if (PoolSetFile.IsSetFile(place))
        {
            throw new NotSupportedException(
                $"Cannot see whether somebody has '{pool}' open, whose parts lie on a device or in directories. Promote it at the target that serves it.");
        }

        // As long as this takes no initiator opens it, and none has it open.
        using PmemSource bytes = PmemSource.Open(place, writable: false);
        bytes.LockExclusive("promote");
        if (!MetadataFile.Exists(place))
        {
            new PromiseRound(epoch: 0).Require(default);
        }

        using MetadataFile file = MetadataFile.OpenAt(place);
        ReplicaMetadata writer = file.Current;
        PromiseRound.RequirePromotable(in writer);
        PromiseRound round = isTrial ? PromiseRound.Look(others, options) : PromiseRound.Run(in writer, others, options);
        if (isTrial)
        {
            round.Require(in writer, force);
            return writer;
        }

        writer = file.Update(GenerationRules.Promised(in writer, round.Epoch));
        round.Require(in writer, force);
        return file.Update(GenerationRules.Promoted(
            in writer, round.Epoch, Guid.NewGuid(), force, DateTimeOffset.UtcNow.ToUnixTimeSeconds()));
    }
}
