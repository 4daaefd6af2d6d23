using PmemTyped.Replication.Tests.Support;

namespace PmemTyped.Replication.Tests;

/// <summary>What a remote pool refuses, and that a refusal leaves nothing behind.</summary>
public sealed class RemotePoolRefusalTests
{
    [Fact]
    public void Length_zero_succeeds_up_to_the_end_and_not_beyond()
    {
        using var bench = new ReplicaBench();
        using RemotePool pool = bench.NewPool();

        pool.Persist(ReplicaBench.WindowBytes, 0);
        pool.Flush(ReplicaBench.WindowBytes, 0);
        pool.Read(ReplicaBench.WindowBytes, []);

        Assert.Throws<ArgumentOutOfRangeException>(() => pool.Persist(ReplicaBench.WindowBytes + 1, 0));
    }

    public static TheoryData<long, long, int, int> Wrong => new()
    {
        { 0, 64, 0, 0 },
        { 4088, 8, 0, 0 },
        { 4095, 0, 0, 0 },
        { -1, 8, 0, 0 },
        { 4096, -1, 0, 0 },
        { ReplicaBench.WindowBytes, 1, 0, 0 },
        { ReplicaBench.WindowBytes - 8, 16, 0, 0 },
        { long.MaxValue, 2, 0, 0 },
        { 8192, long.MaxValue, 0, 0 },
        { 4096, 8, 1, 0 },
        { 4096, 8, -1, 0 },
        { 4096, 8, 0, 2 },
        { 4096, 8, 0, -1 },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void A_callers_mistake_is_refused_and_the_handle_stays_usable(long offset, long lengthBytes, int lane, int flags)
    {
        using var bench = new ReplicaBench();
        using RemotePool pool = bench.NewPool();

        Assert.ThrowsAny<ArgumentException>(() => pool.Persist(offset, lengthBytes, lane, (RemotePersist)flags));
        Assert.ThrowsAny<ArgumentException>(() => pool.Flush(offset, lengthBytes, lane, (RemotePersist)flags));
        if (flags == 0)
        {
            Assert.ThrowsAny<ArgumentException>(() => pool.DeepPersist(offset, lengthBytes, lane));
        }

        Assert.Null(pool.Failure);
        bench.Fill(4096, 64, 1);
        pool.Persist(4096, 64);
        Assert.Equal(bench.LocalBytes(4096, 64), bench.PartBytesAt(4096, 64));
    }

    [Fact]
    public void A_read_outside_the_window_is_refused_instead_of_waiting_for_ever()
    {
        using var bench = new ReplicaBench();
        using RemotePool pool = bench.NewPool();

        Assert.Throws<ArgumentOutOfRangeException>(() => pool.Read(ReplicaBench.WindowBytes, new byte[1]));
        Assert.Throws<ArgumentOutOfRangeException>(() => pool.Read(-1, new byte[1]));
        pool.Read(ReplicaBench.WindowBytes - 1, new byte[1]);
    }

    [Fact]
    public void A_closed_pool_says_so()
    {
        using var bench = new ReplicaBench();
        RemotePool pool = bench.NewPool();
        pool.Close();
        pool.Close();

        Assert.Throws<ObjectDisposedException>(() => pool.Persist(4096, 8));
        bench.Open().Dispose();
    }
}
