using PmemTyped.Benchmarks.Peers;

namespace PmemTyped.Benchmarks.Comparison;

/// <summary>Dirties and persists ranges through libpmem.</summary>
internal sealed unsafe class PeerPersists(byte* memory, int bytes, Walk walk) : Contender
{
    private readonly byte* _memory = memory;
    internal override void Run(int operations)
    {
        for (int i = 0; i < operations; i++)
        {
            byte* start = _memory + walk.Next();
            Walk.Dirty(start, bytes);
            Pmem.Persist(start, (nuint)bytes);
        }
    }
}

/// <summary>Dirties and syncs ranges through libpmem.</summary>
internal sealed unsafe class PeerSyncs(byte* memory, int bytes, Walk walk) : Contender
{
    private readonly byte* _memory = memory;
    internal override void Run(int operations)
    {
        for (int i = 0; i < operations; i++)
        {
            byte* start = _memory + walk.Next();
            Walk.Dirty(start, bytes);
            PeerCalls.Require(Pmem.Msync(start, (nuint)bytes));
        }
    }
}

/// <summary>Copies through libpmem.</summary>
internal sealed unsafe class PeerCopies(byte* memory, int bytes, Walk walk) : Contender
{
    private readonly byte* _memory = memory;
    private readonly byte[] _source = GC.AllocateArray<byte>(bytes, pinned: true);
    internal override void Run(int operations)
    {
        fixed (byte* source = _source)
        {
            for (int i = 0; i < operations; i++)
            {
                _ = Pmem.MemcpyPersist(_memory + walk.Next(), source, (nuint)bytes);
            }
        }
    }
}

/// <summary>Fills through libpmem.</summary>
internal sealed unsafe class PeerFills(byte* memory, int bytes, Walk walk) : Contender
{
    private readonly byte* _memory = memory;
    internal override void Run(int operations)
    {
        for (int i = 0; i < operations; i++)
        {
            _ = Pmem.MemsetPersist(_memory + walk.Next(), (byte)i, (nuint)bytes);
        }
    }
}
