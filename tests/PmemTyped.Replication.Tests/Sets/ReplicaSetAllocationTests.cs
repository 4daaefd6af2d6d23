using PmemTyped.Blocks;
using PmemTyped.Replication.Tests.Support;

namespace PmemTyped.Replication.Tests.Sets;

/// <summary>A write that is replicated allocates nothing: neither here, nor at the target, nor in the threads between.</summary>
public sealed class ReplicaSetAllocationTests
{
    private const int Calls = 150;

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    [InlineData(1)]
    public void A_drain_of_a_set_allocates_nothing(int copies)
    {
        ReplicaPolicy policy = copies switch
        {
            0 => ReplicaPolicy.All,
            1 => ReplicaPolicy.Async(1 << 20, TimeSpan.FromMinutes(1)),
            _ => ReplicaPolicy.Quorum(copies),
        };
        var count = new AllocationCount();
        using var bench = new SetBench(2, through: count.Marking);
        using ReplicaSet set = bench.Create(new ReplicaSetOptions { Policy = policy, Pool = SetBench.Still });

        AssertNothing(count, bench.Ways, () =>
        {
            set.Flush(8192, 64);
            set.Flush(16384, 20_000);
            _ = set.Drain();
        });
    }

    [Fact]
    public void A_write_to_a_replicated_pool_allocates_nothing()
    {
        var count = new AllocationCount();
        using var bench = new PoolBench(records: false, through: count.Marking);
        using BlockPool pool = BlockPool.CreateInSet(bench.SetPath, PoolBench.BlockBytes);
        byte[] content = PoolBench.Content(1);
        long[] blocks = [1, 2, 3];
        byte[] contents = new byte[3 * PoolBench.BlockBytes];

        AssertNothing(count, [bench.Target.Transport], () =>
        {
            pool.Write(7, content);
            pool.WriteMany(blocks, contents);
        });
    }

    private static void AssertNothing(AllocationCount count, UnreliableTransport[] ways, Action call)
    {
        // Those who pump send on threads of their own.
        Array.ForEach(ways, w => w.HasSent = _ => count.Mark());
        count.AssertNothing(() =>
        {
            for (int i = 0; i < Calls; i++)
            {
                call();
            }
        });
    }
}
