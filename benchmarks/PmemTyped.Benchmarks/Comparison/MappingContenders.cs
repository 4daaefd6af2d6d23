using PmemTyped.Mapping;

namespace PmemTyped.Benchmarks.Comparison;

/// <summary>Dirties and persists ranges of our map, one after the other. The lease is taken once per batch.</summary>
internal sealed unsafe class OurPersists(PmemMap map, byte* memory, int bytes, Walk walk) : Contender
{
    private readonly byte* _memory = memory;
    internal override void Run(int operations)
    {
        using scoped PmemMapLease lease = map.Lease();
        for (int i = 0; i < operations; i++)
        {
            long offset = walk.Next();
            Walk.Dirty(_memory + offset, bytes);
            lease.Persist(offset, bytes);
        }
    }
}

/// <summary>Copies into our map, one range after the other.</summary>
internal sealed class OurCopies(PmemMap map, int bytes, Walk walk) : Contender
{
    private readonly byte[] _source = GC.AllocateArray<byte>(bytes, pinned: true);
    internal override void Run(int operations)
    {
        using scoped PmemMapLease lease = map.Lease();
        for (int i = 0; i < operations; i++)
        {
            lease.Copy(walk.Next(), _source);
        }
    }
}

/// <summary>Fills our map, one range after the other.</summary>
internal sealed class OurFills(PmemMap map, int bytes, Walk walk) : Contender
{
    internal override void Run(int operations)
    {
        using scoped PmemMapLease lease = map.Lease();
        for (int i = 0; i < operations; i++)
        {
            lease.Fill(walk.Next(), bytes, (byte)i);
        }
    }
}
