namespace PmemTyped.Sets.Parts;

/// <summary>
/// One part of a set and how often it is held. Count and claim are one word, so that a part that is being removed cannot be
/// taken hold of, and one that is held cannot be removed.
/// </summary>
internal sealed class PartNode(PartExtent extent, PartSpace space)
{
    private const int Claimed = int.MinValue;

    private PartExtent _extent = extent;
    private int _holders;

    /// <summary>Gets or sets what the part is made of; set under the lock of the set.</summary>
    internal PartExtent Extent
    {
        get => Volatile.Read(ref _extent);
        set => Volatile.Write(ref _extent, value);
    }

    internal PartSpace Space { get; set; } = space;

    internal int Holders => Volatile.Read(ref _holders) & ~Claimed;

    internal bool IsClaimed => (Volatile.Read(ref _holders) & Claimed) != 0;

    /// <summary>One holder more, unless the part is being removed.</summary>
    internal bool TryHold()
    {
        int holders = Volatile.Read(ref _holders);
        while ((holders & Claimed) == 0)
        {
            int seen = Interlocked.CompareExchange(ref _holders, holders + 1, holders);
            if (seen == holders)
            {
                return true;
            }

            holders = seen;
        }

        return false;
    }

    internal void Drop() => Interlocked.Decrement(ref _holders);

    /// <summary>Begins a removal, if exactly so many hold the part.</summary>
    internal bool TryClaim(int holders) => Interlocked.CompareExchange(ref _holders, holders | Claimed, holders) == holders;

    /// <summary>Ends a removal that did not happen, or that left a part of the part.</summary>
    internal void Unclaim() => Interlocked.And(ref _holders, ~Claimed);

    /// <summary>For good: the set is gone.</summary>
    internal void Abandon() => Interlocked.Or(ref _holders, Claimed);
}
