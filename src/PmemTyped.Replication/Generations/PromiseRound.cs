namespace PmemTyped.Replication.Generations;

/// <summary>
/// Asks the other copies for promises of an epoch that is higher than all that any of them has seen. What cannot be reached does
/// not promise; whether the rest is enough is decided by the caller.
/// </summary>
internal sealed class PromiseRound
{
    private const int Attempts = 4;

    private readonly List<ReplicaMetadata> _promised = [];
    private readonly List<string> _unreachable = [];

    internal PromiseRound(ulong epoch) => Epoch = epoch;

    internal ulong Epoch { get; }

    /// <summary>Gets the metadata of those who promised; of all who were reached, where histories speak against the writer.</summary>
    internal IReadOnlyList<ReplicaMetadata> Promised => _promised;

    /// <summary>Runs a round for a copy; another one that is faster makes it begin again, a few times.</summary>
    internal static PromiseRound Run(in ReplicaMetadata writer, IReadOnlyList<ReplicaPeer> peers, RemotePoolOptions options) =>
        Run(in writer, peers, options, isOpening: false);

    /// <summary>
    /// As <see cref="Run(in ReplicaMetadata, IReadOnlyList{ReplicaPeer}, RemotePoolOptions)"/>, for a primary that opens its pool.
    /// Where histories say that it was replaced, nobody is asked for a promise, which would fence its successor.
    /// </summary>
    internal static PromiseRound RunToOpen(in ReplicaMetadata writer, IReadOnlyList<ReplicaPeer> peers, RemotePoolOptions options) =>
        Run(in writer, peers, options, isOpening: true);

    private static PromiseRound Run(
        in ReplicaMetadata writer, IReadOnlyList<ReplicaPeer> peers, RemotePoolOptions options, bool isOpening)
    {
        ulong highest = writer.PromisedEpoch;
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                return Once(in writer, highest, peers, options, isOpening);
            }
            catch (RemotePoolException e) when (e.IsFenced && attempt < Attempts)
            {
                highest = GenerationRules.NextEpoch(highest, writer.Number);
            }
        }
    }

    /// <summary>A round as it would be if all who are reached promised; nothing is asked for.</summary>
    internal static PromiseRound Look(IReadOnlyList<ReplicaPeer> peers, RemotePoolOptions options)
    {
        var round = new PromiseRound(epoch: 0);
        foreach (ReplicaPeer peer in peers)
        {
            try
            {
                round._promised.Add(RemoteHistory.Read(peer, options));
            }
            catch (RemotePoolException e)
            {
                round._unreachable.Add(e.Message);
            }
        }

        return round;
    }

    /// <summary>Throws where no promise would help, before any is asked for.</summary>
    internal static void RequirePromotable(in ReplicaMetadata writer)
    {
        if (GenerationRules.Judge(in writer, []) is PromotionVerdict.Syncing or PromotionVerdict.NoSet)
        {
            new PromiseRound(epoch: 0).Require(in writer);
        }
    }

    /// <summary>As <see cref="Require"/>; one that was promoted by force and is alone since needs nobody's promise.</summary>
    internal void RequireToOpen(in ReplicaMetadata writer)
    {
        if (!writer.IsAlone
            || GenerationRules.Judge(in writer, _promised.ToArray()) != PromotionVerdict.TooFewPromises)
        {
            Require(in writer);
        }
    }

    /// <summary>Throws why a copy may not write; with force only what cannot be promoted at all is refused.</summary>
    internal void Require(in ReplicaMetadata writer, bool isForced = false)
    {
        string? reason = GenerationRules.Judge(in writer, _promised.ToArray()) switch
        {
            PromotionVerdict.Permitted => null,
            PromotionVerdict.TooFewPromises or PromotionVerdict.Behind or PromotionVerdict.Diverged when isForced => null,
            PromotionVerdict.TooFewPromises => FormattableString.Invariant(
                $"Copy {writer.Number} may not write: {_promised.Count} other copies promised, {GenerationRules.RequiredPromises(in writer) - 1} that know the set are needed. Reach more of them, or let a human promote by force.{Unreachable}"),
            PromotionVerdict.Behind => FormattableString.Invariant(
                $"Copy {writer.Number} may not write: another copy is newer. Promote that one, and bring this one up to date from it."),
            PromotionVerdict.Diverged => FormattableString.Invariant(
                $"Copy {writer.Number} may not write: split brain, both were written without the other. Choose whose writes go, and remove that pool."),
            PromotionVerdict.Syncing => FormattableString.Invariant(
                $"Copy {writer.Number} may not write: its bytes are a mixture, because a resync did not end. Finish it, or promote another copy."),
            _ => "This copy belongs to no set. Bring it up to date from a primary first.",
        };
        if (reason is not null)
        {
            throw new ReplicaConflictException(reason, writer, Promised);
        }
    }

    private string Unreachable => string.Concat(_unreachable.Select(u => " " + u));

    private static PromiseRound Once(
        in ReplicaMetadata writer, ulong highest, IReadOnlyList<ReplicaPeer> peers, RemotePoolOptions options, bool isOpening)
    {
        List<ReplicaPeer> reached = [];
        List<ReplicaMetadata> seen = [];
        List<string> unreachable = [];
        foreach (ReplicaPeer peer in peers)
        {
            try
            {
                seen.Add(RemoteHistory.Read(peer, options));
                highest = Math.Max(highest, seen[^1].PromisedEpoch);
                reached.Add(peer);
            }
            catch (RemotePoolException e)
            {
                unreachable.Add(e.Message);
            }
        }

        var round = new PromiseRound(GenerationRules.NextEpoch(highest, writer.Number));
        round._unreachable.AddRange(unreachable);
        if (isOpening && GenerationRules.Judge(in writer, seen.ToArray()) is PromotionVerdict.Behind or PromotionVerdict.Diverged)
        {
            round._promised.AddRange(seen);
            return round;
        }

        foreach (ReplicaPeer peer in reached)
        {
            try
            {
                round._promised.Add(RemoteHistory.Promise(peer, round.Epoch, options));
            }
            catch (RemotePoolException e) when (!e.IsFenced)
            {
                round._unreachable.Add(e.Message);
            }
        }

        return round;
    }
}
