namespace PmemTyped.Replication.Generations;

/// <summary>
/// Who may write, who is ahead, and what metadata become: pure functions, which the model of the tests explores as they are.
/// The order in which results are made durable is said at each. (replication specification, 19.6 and 19.7)
/// </summary>
internal static class GenerationRules
{
    // Nobody takes all epochs there are with one request: 2^32 of the longest steps are left after 2^24 rounds.
    private const ulong MaxRoundsAhead = 1 << 24;

    private const int NumberBits = 8;

    /// <summary>An epoch above another one, which nobody with another number can form.</summary>
    internal static ulong NextEpoch(ulong highest, int number) => (((highest >> NumberBits) + 1) << NumberBits) | (byte)number;

    /// <summary>Whether an epoch may be promised. The promise is durable before it is answered.</summary>
    internal static bool MayPromise(in ReplicaMetadata copy, ulong epoch) =>
        epoch > copy.PromisedEpoch && (epoch >> NumberBits) - (copy.PromisedEpoch >> NumberBits) <= MaxRoundsAhead;

    /// <summary>Whether a writer of an epoch is obeyed.</summary>
    internal static bool MayWrite(in ReplicaMetadata copy, ulong epoch) => epoch >= copy.PromisedEpoch;

    internal static ReplicaMetadata Promised(in ReplicaMetadata copy, ulong epoch) => copy with { PromisedEpoch = epoch };

    /// <summary>
    /// How many copies have to promise, the writer included: so many meet those of every other writer, and the copies of every
    /// acknowledged write.
    /// </summary>
    internal static int RequiredPromises(in ReplicaMetadata copy) =>
        Math.Max((copy.Copies / 2) + 1, copy.Copies - copy.LeastCopies + 1);

    /// <summary>Whether a copy may write, as far as those who promised know.</summary>
    internal static PromotionVerdict Judge(in ReplicaMetadata candidate, ReadOnlySpan<ReplicaMetadata> promised)
    {
        if (candidate.SetUuid == Guid.Empty)
        {
            return PromotionVerdict.NoSet;
        }

        if (candidate.Role == ReplicaRole.Syncing)
        {
            return PromotionVerdict.Syncing;
        }

        foreach (ReplicaMetadata other in promised)
        {
            ResyncDirection direction = Compare(in candidate, in other);
            if (direction is ResyncDirection.Behind)
            {
                return PromotionVerdict.Behind;
            }

            if (direction is ResyncDirection.SplitBrain or ResyncDirection.Foreign)
            {
                return PromotionVerdict.Diverged;
            }
        }

        return CountPromises(in candidate, promised) < RequiredPromises(in candidate)
            ? PromotionVerdict.TooFewPromises
            : PromotionVerdict.Permitted;
    }

    // A copy without a set may be one whose disk was replaced: it forgot what it held and promised. It counts only for a primary
    // of a new set, which nobody has joined yet.
    private static int CountPromises(in ReplicaMetadata candidate, ReadOnlySpan<ReplicaMetadata> promised)
    {
        bool isNew = candidate.Previous == Guid.Empty && candidate.Away == Others(in candidate);
        int count = 1;
        foreach (ReplicaMetadata other in promised)
        {
            count += isNew || other.SetUuid != Guid.Empty ? 1 : 0;
        }

        return count;
    }

    /// <summary>The metadata of the first primary of a new set.</summary>
    internal static ReplicaMetadata NewSet(int copies, int leastCopies, long nowSeconds)
    {
        ReplicaMetadata first = new()
        {
            SetUuid = Guid.NewGuid(),
            ReplicaId = Guid.NewGuid(),
            Generation = Guid.NewGuid(),
            Number = 1,
            Copies = copies,
            LeastCopies = leastCopies,
            Role = ReplicaRole.Primary,
            ChangedSeconds = nowSeconds,
        };
        return first with { Away = Others(in first) };
    }

    /// <summary>What a copy becomes that is promoted. Durable before its first write; its bitmaps are not complete.</summary>
    internal static ReplicaMetadata Promoted(
        in ReplicaMetadata copy, ulong epoch, Guid generation, bool isForced, long nowSeconds) =>
        Renewed(in copy, generation, nowSeconds) with
        {
            PromisedEpoch = epoch,
            Role = ReplicaRole.Primary,
            BitmapBase = Guid.Empty,
            IsClean = false,
            IsLevel = false,
            IsForced = copy.IsForced || isForced,
            IsAlone = isForced,
            Away = Others(in copy),
        };

    /// <summary>
    /// What the metadata of a primary become when it opens. Where it was not closed in good order, all bits of all bitmaps are
    /// durable before; this is durable before the first store.
    /// </summary>
    internal static ReplicaMetadata Opened(in ReplicaMetadata primary) => primary with
    {
        IsClean = false,
        IsLevel = false,
        BitmapBase = primary.IsClean && primary.BitmapBase != Guid.Empty ? primary.BitmapBase : Oldest(in primary),
    };

    /// <summary>
    /// What the metadata of the members become when the primary goes on without some. Durable at each member that stays, then at
    /// the primary, before anything is acknowledged without the others.
    /// </summary>
    internal static ReplicaMetadata Without(in ReplicaMetadata copy, ulong away, Guid generation, long nowSeconds) =>
        Renewed(in copy, generation, nowSeconds) with { Away = copy.Away | away };

    /// <summary>Whether a primary may acknowledge: every copy is attached or away, and enough are attached.</summary>
    internal static bool MayAcknowledge(in ReplicaMetadata primary, ulong attached) =>
        (Others(in primary) & ~(attached | primary.Away)) == 0
        && System.Numerics.BitOperations.PopCount(attached & Others(in primary)) + 1 >= primary.LeastCopies;

    /// <summary>What has to be done to make a peer equal to a primary whose metadata are <see cref="Opened"/>.</summary>
    internal static ResyncDirection Compare(in ReplicaMetadata primary, in ReplicaMetadata peer)
    {
        if (peer.SetUuid == Guid.Empty)
        {
            return ResyncDirection.Full;
        }

        if (peer.SetUuid != primary.SetUuid)
        {
            return ResyncDirection.Foreign;
        }

        if (IsInHistory(in primary, peer.Generation))
        {
            // What another primary gave to a copy in the middle of a resync is in no bitmap of this one.
            bool isKnown = IsTracked(in primary, peer.Generation)
                && (peer.Role != ReplicaRole.Syncing || IsTracked(in primary, peer.BitmapBase));
            return isKnown ? ResyncDirection.Quick : ResyncDirection.Full;
        }

        return IsInHistory(in peer, primary.Generation) ? ResyncDirection.Behind : ResyncDirection.SplitBrain;
    }

    /// <summary>What a copy becomes that is about to be brought up to date. Durable there before the first byte is sent.</summary>
    internal static ReplicaMetadata Syncing(in ReplicaMetadata primary, in ReplicaMetadata peer, int number) => peer with
    {
        SetUuid = primary.SetUuid,
        Generation = peer.SetUuid == primary.SetUuid ? peer.Generation : primary.Generation,
        Number = number,
        Copies = primary.Copies,
        LeastCopies = primary.LeastCopies,
        Role = ReplicaRole.Syncing,
        BitmapBase = primary.Generation,
    };

    /// <summary>What a primary becomes when a copy returns. Durable before the copy is <see cref="Synced"/>.</summary>
    internal static ReplicaMetadata Returned(in ReplicaMetadata primary, int number) =>
        primary with { Away = primary.Away & ~Bit(number), IsAlone = false };

    /// <summary>What a copy becomes that is equal to the primary now; only then does it count.</summary>
    internal static ReplicaMetadata Synced(in ReplicaMetadata primary, in ReplicaMetadata peer) => peer with
    {
        Generation = primary.Generation,
        Previous = primary.Previous,
        BeforePrevious = primary.BeforePrevious,
        BitmapBase = Guid.Empty,
        Role = ReplicaRole.Replica,
        IsClean = false,
        IsLevel = false,
        IsAlone = false,
        IsForced = primary.IsForced,
        Away = primary.Away,
        ChangedSeconds = primary.ChangedSeconds,
    };

    /// <summary>What the metadata of a primary become when it is closed in good order. Durable after all bits of all bitmaps.</summary>
    internal static ReplicaMetadata Closed(in ReplicaMetadata primary, ulong attached) => primary with
    {
        IsClean = true,
        IsLevel = (Others(in primary) & ~(attached | primary.Away)) == 0,
    };

    /// <summary>Whether a copy is a member of the primary's generation, as both know.</summary>
    internal static bool IsMember(in ReplicaMetadata primary, in ReplicaMetadata peer) =>
        peer.SetUuid == primary.SetUuid && peer.Generation == primary.Generation
        && peer.Role == ReplicaRole.Replica && (primary.Away & Bit(peer.Number)) == 0;

    internal static ulong Bit(int number) => 1UL << number;

    private static ulong Others(in ReplicaMetadata copy) => ((Bit(copy.Copies + 1) - 1) & ~1UL) & ~Bit(copy.Number);

    private static ReplicaMetadata Renewed(in ReplicaMetadata copy, Guid generation, long nowSeconds) => copy with
    {
        Generation = generation,
        Previous = copy.Generation,
        BeforePrevious = copy.Previous,
        ChangedSeconds = nowSeconds,
    };

    private static Guid Oldest(in ReplicaMetadata copy) => copy.BeforePrevious != Guid.Empty ? copy.BeforePrevious
        : copy.Previous != Guid.Empty ? copy.Previous
        : copy.Generation;

    private static bool IsInHistory(in ReplicaMetadata copy, Guid generation) =>
        generation != Guid.Empty
        && (generation == copy.Generation || generation == copy.Previous || generation == copy.BeforePrevious);

    // In the history, and not before the base. A base that has left the history is older than all of it.
    private static bool IsTracked(in ReplicaMetadata copy, Guid generation)
    {
        if (copy.BitmapBase == Guid.Empty)
        {
            return false;
        }

        foreach (Guid known in (ReadOnlySpan<Guid>)[copy.Generation, copy.Previous, copy.BeforePrevious])
        {
            if (known == generation)
            {
                return known != Guid.Empty;
            }

            if (known == copy.BitmapBase)
            {
                return false;
            }
        }

        return false;
    }
}
