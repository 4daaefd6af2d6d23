using PmemTyped.Benchmarks.Peers;
using PmemTyped.Mapping;

namespace PmemTyped.Benchmarks.Comparison;

/// <summary>Persists ranges of our map, one after the other. The lease is taken once per batch.</summary>
internal sealed class OurPersists(PmemMap map, int bytes) : Contender
{
    private long _offset;

    internal override void Run(int operations)
    {
        using scoped PmemMapLease lease = map.Lease();
        for (int i = 0; i < operations; i++)
        {
            lease.Persist(_offset, bytes);
            _offset = (_offset + bytes) % map.LengthBytes;
        }
    }
}

/// <summary>Copies into our map, one range after the other.</summary>
internal sealed class OurCopies(PmemMap map, int bytes) : Contender
{
    private readonly byte[] _source = GC.AllocateArray<byte>(bytes, pinned: true);
    private long _offset;

    internal override void Run(int operations)
    {
        using scoped PmemMapLease lease = map.Lease();
        for (int i = 0; i < operations; i++)
        {
            lease.StorePersisted(_offset, _source);
            _offset = (_offset + bytes) % map.LengthBytes;
        }
    }
}

/// <summary>Persists ranges of the peer's map; msync where it says that this is needed.</summary>
internal sealed unsafe class PeerPersists(byte* map, long mapBytes, int bytes, bool isPmem) : Contender
{
    private readonly byte* _map = map;
    private long _offset;

    internal override void Run(int operations)
    {
        for (int i = 0; i < operations; i++)
        {
            if (isPmem)
            {
                Pmem.Persist(_map + _offset, (nuint)bytes);
            }
            else
            {
                PeerCalls.Require(Pmem.Msync(_map + _offset, (nuint)bytes));
            }

            _offset = (_offset + bytes) % mapBytes;
        }
    }
}

/// <summary>Copies into the peer's map; with msync where it says that this is needed.</summary>
internal sealed unsafe class PeerCopies(byte* map, long mapBytes, int bytes, bool isPmem) : Contender
{
    private readonly byte* _map = map;
    private readonly byte[] _source = GC.AllocateArray<byte>(bytes, pinned: true);
    private long _offset;

    internal override void Run(int operations)
    {
        fixed (byte* source = _source)
        {
            for (int i = 0; i < operations; i++)
            {
                if (isPmem)
                {
                    _ = Pmem.MemcpyPersist(_map + _offset, source, (nuint)bytes);
                }
                else
                {
                    Buffer.MemoryCopy(source, _map + _offset, bytes, bytes);
                    PeerCalls.Require(Pmem.Msync(_map + _offset, (nuint)bytes));
                }

                _offset = (_offset + bytes) % mapBytes;
            }
        }
    }
}
