using PmemTyped.Benchmarks.Peers;

namespace PmemTyped.Benchmarks.Comparison;

/// <summary>A counter of 8 bytes, the object of both sides.</summary>
[PersistentLayout("benchmark.counter")]
internal partial struct Counter
{
    public long Amount;
}

/// <summary>Keeps the two counters.</summary>
[PersistentLayout("benchmark.root")]
internal partial struct Root
{
    [PointsTo<Counter>] public PPtr First;
    [PointsTo<Counter>] public PPtr Second;
}

/// <summary>Two 8-byte updates in a transaction of ours, both logged at once.</summary>
internal sealed class OurTransfers(PersistentRegion region, PPtr<Counter> first, PPtr<Counter> second) : Contender
{
    internal override void Run(int operations)
    {
        for (int i = 0; i < operations; i++)
        {
            using scoped PersistentTransaction tx = region.BeginTransaction();
            tx.Update(first, second, out Persistent<Counter> from, out Persistent<Counter> to);
            from.Amount -= 1;
            to.Amount += 1;
            tx.Commit();
        }
    }
}

/// <summary>Two 8-byte updates in a transaction of ours, logged one after the other.</summary>
internal sealed class OurSingleTransfers(PersistentRegion region, PPtr<Counter> first, PPtr<Counter> second) : Contender
{
    internal override void Run(int operations)
    {
        for (int i = 0; i < operations; i++)
        {
            using scoped PersistentTransaction tx = region.BeginTransaction();
            Persistent<Counter> from = tx.Update(first);
            from.Amount -= 1;
            Persistent<Counter> to = tx.Update(second);
            to.Amount += 1;
            tx.Commit();
        }
    }
}

/// <summary>An update, an object made and freed, in a transaction of ours.</summary>
internal sealed class OurReplacements(PersistentRegion region, PPtr<Counter> first) : Contender
{
    internal override void Run(int operations)
    {
        for (int i = 0; i < operations; i++)
        {
            using scoped PersistentTransaction tx = region.BeginTransaction();
            PPtr<Counter> made = tx.New<Counter>();
            Persistent<Counter> at = tx.Update(first);
            at.Amount = made.Offset;
            tx.Free(made);
            tx.Commit();
        }
    }
}

/// <summary>Two 8-byte updates in a transaction of libpmemobj.</summary>
internal sealed class PeerTransfers(PmemObj peer) : Contender
{
    internal override void Run(int operations) => peer.Transfer(operations);
}

/// <summary>An update, an object made and freed, in a transaction of libpmemobj.</summary>
internal sealed class PeerReplacements(PmemObj peer) : Contender
{
    internal override void Run(int operations) => peer.Replace(operations);
}
