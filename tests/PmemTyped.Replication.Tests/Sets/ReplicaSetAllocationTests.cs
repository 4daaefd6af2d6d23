using PmemTyped.Blocks;
using PmemTyped.Replication.Tests.Support;

namespace PmemTyped.Replication.Tests.Sets;

/// <summary>A write that is replicated allocates nothing: neither here, nor at the target, nor in the threads between.</summary>
public sealed class ReplicaSetAllocationTests
{
    private const int Rounds = 8;
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
        using var bench = new SetBench(2);
        using ReplicaSet set = bench.Create(new ReplicaSetOptions { Policy = policy, Pool = SetBench.Still });

        AssertNothing(() =>
        {
            set.Flush(8192, 64);
            set.Flush(16384, 20_000);
            _ = set.Drain();
        });
    }

    [Fact]
    public void A_write_to_a_replicated_pool_allocates_nothing()
    {
        using var bench = new PoolBench(records: false);
        using BlockPool pool = BlockPool.CreateInSet(bench.SetPath, PoolBench.BlockBytes);
        byte[] content = PoolBench.Content(1);
        long[] blocks = [1, 2, 3];
        byte[] contents = new byte[3 * PoolBench.BlockBytes];

        AssertNothing(() =>
        {
            pool.Write(7, content);
            pool.WriteMany(blocks, contents);
        });
    }

    private static void AssertNothing(Action call)
    {
        long least = long.MaxValue;
        for (int round = 0; round <= Rounds; round++)
        {
            long before = GC.GetTotalAllocatedBytes(precise: true);
            for (int i = 0; i < Calls; i++)
            {
                call();
            }

            least = round == 0 ? least : Math.Min(least, GC.GetTotalAllocatedBytes(precise: true) - before);
        }

        // All threads are counted, those of the test runner too, so that the quietest round counts; what a call allocated would
        // be in every round, and be more than a byte.
        Assert.InRange(least, 0, Calls - 1);
    }
}
