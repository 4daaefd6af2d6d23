namespace PmemTyped.Blocks.Tests;

/// <summary>Readers, writers, groups and leases go on while a pool grows, and see nothing of it but more blocks.</summary>
public sealed class GrowthUnderLoadTests
{
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task Others_read_write_and_lease_while_a_pool_grows()
    {
        using var files = new GrowablePool("directories");
        using BlockPool pool = BlockPool.Open(files.SetPath);
        using var stop = new CancellationTokenSource();
        long[] rounds = new long[4];
        Task[] others =
        [
            .. Enumerable.Range(0, rounds.Length).Select(t => Task.Factory.StartNew(
                () => Work(pool, t, rounds, stop.Token),
                CancellationToken.None,
                TaskCreationOptions.LongRunning,
                TaskScheduler.Default)),
        ];
        try
        {
            for (int i = 0; i < 8; i++)
            {
                // All of them are at work before, and after.
                long[] before = [.. rounds];
                Assert.True(
                    SpinWait.SpinUntil(() => rounds.Zip(before).All(r => r.First > r.Second) || others.Any(t => t.IsFaulted), s_patience));
                long blocks = pool.BlockCount;
                Assert.True(pool.Grow(GrowablePool.AddedBytes) > 0);
                pool.Write(blocks, GrowablePool.Content(i));
            }
        }
        finally
        {
            await stop.CancelAsync();
        }

        await Task.WhenAll(others);
        Assert.True(pool.Check().IsConsistent, string.Join('\n', pool.Check().Findings));
        GrowablePool.AssertKept(pool);
    }

    private static void Work(BlockPool pool, int thread, long[] rounds, CancellationToken stop)
    {
        const int First = 1000;
        const int Own = 64;
        byte[] read = new byte[GrowablePool.BlockBytes];
        while (!stop.IsCancellationRequested)
        {
            long round = rounds[thread];
            long block = First + (thread * Own) + (round % Own);
            byte[] content = GrowablePool.Content((int)(block + round));
            pool.Write(block, content);
            pool.Read(block, read);
            Assert.Equal(content, read);
            using (BlockLease lease = pool.Lease(block))
            {
                Assert.True(lease.Content.SequenceEqual(content));
            }

            // A block that others write too, through groups.
            pool.WriteMany([5000 + (round % Own), First + (thread * Own)], new byte[2 * GrowablePool.BlockBytes]);
            Volatile.Write(ref rounds[thread], round + 1);
        }
    }
}
