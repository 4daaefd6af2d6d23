using PmemTyped.Benchmarks.Peers;
using PmemTyped.Blocks;
using PmemTyped.Sets;

namespace PmemTyped.Benchmarks.Comparison;

/// <summary>Dirties and persists ranges of a set, one after the other. The lease is taken once per batch.</summary>
internal sealed unsafe class SetPersists(PmemSet set, byte* memory, int bytes, Walk walk) : Contender
{
    private readonly byte* _memory = memory;

    internal override void Run(int operations)
    {
        using scoped PmemSetLease lease = set.Lease();
        for (int i = 0; i < operations; i++)
        {
            byte* start = _memory + walk.Next();
            Walk.Dirty(start, bytes);
            lease.Persist((long)start, bytes);
        }
    }
}

/// <summary>Finds parts by addresses in them, and lets them go.</summary>
internal sealed class SetLookups(PmemSet set, long[] addresses) : Contender
{
    private int _next;

    internal override void Run(int operations)
    {
        for (int i = 0; i < operations; i++)
        {
            set.PartAt(addresses[_next++ & (addresses.Length - 1)]).Dispose();
        }
    }
}

/// <summary>Opens and closes a block pool on a set file.</summary>
internal sealed class OurSetOpens(string setPath) : Contender
{
    internal override void Run(int operations)
    {
        for (int i = 0; i < operations; i++)
        {
            BlockPool.Open(setPath).Dispose();
        }
    }
}

/// <summary>The same with libpmemblk.</summary>
internal sealed class PeerSetOpens(string setPath) : Contender
{
    internal override void Run(int operations)
    {
        for (int i = 0; i < operations; i++)
        {
            nint pool = PmemBlk.Open(setPath, 0);
            PeerCalls.Require(pool == 0 ? -1 : 0);
            PmemBlk.Close(pool);
        }
    }
}
