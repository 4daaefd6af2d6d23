using PmemTyped.Native.Linux;
using PmemTyped.Replication.Tests.Support;

namespace PmemTyped.Replication.Tests;

/// <summary>The calls of a remote pool: what they store, what they refuse, and what a refusal leaves behind.</summary>
public sealed class RemotePoolTests
{
    [Theory]
    [InlineData(4096, 64, RemotePersist.None)]
    [InlineData(4099, 64, RemotePersist.None)]
    [InlineData(4096, 3, RemotePersist.None)]
    [InlineData(8192, 100_001, RemotePersist.None)]
    [InlineData(8192, 1 << 20, RemotePersist.Relaxed)]
    [InlineData(4097, 4097, RemotePersist.Relaxed)]
    public void A_persisted_range_is_at_the_target_and_nothing_else(long offset, int lengthBytes, RemotePersist how)
    {
        using var bench = new ReplicaBench();
        using RemotePool pool = bench.NewPool();
        bench.Fill(4096, ReplicaBench.WindowBytes - 4096, 7);

        pool.Persist(offset, lengthBytes, how: how);

        byte[] target = bench.PartBytesAt(4096, (int)ReplicaBench.WindowBytes - 4096);
        Assert.All(target.AsSpan((int)offset - 4096, lengthBytes).ToArray(), b => Assert.Equal(7, b));
        Assert.Equal(lengthBytes, target.Count(b => b == 7));
        Assert.Equal(ReplicaDurability.Volatile, pool.Durability);
    }

    [Fact]
    public void What_was_flushed_is_there_after_the_drain_of_its_lane()
    {
        using var bench = new ReplicaBench();
        using RemotePool pool = bench.NewPool(new RemotePoolOptions { Lanes = 4 });
        for (int lane = 0; lane < pool.LaneCount; lane++)
        {
            bench.Fill(8192 + (lane * 65536), 65536, (byte)(lane + 1));
            for (int i = 0; i < 1024; i++)
            {
                pool.Flush(8192 + (lane * 65536) + (i * 64), 64, lane, (RemotePersist)(i % 2));
            }
        }

        for (int lane = 0; lane < pool.LaneCount; lane++)
        {
            pool.Drain(lane);
        }

        Assert.Equal(4, pool.LaneCount);
        Assert.Equal(bench.LocalBytes(8192, 4 * 65536), bench.PartBytesAt(8192, 4 * 65536));
    }

    [Fact]
    public void A_drain_without_a_flush_succeeds_without_a_word()
    {
        using var bench = new ReplicaBench();
        using RemotePool pool = bench.NewPool(new RemotePoolOptions { HeartbeatInterval = TimeSpan.FromMinutes(1) });
        int before = bench.Transport.Sends;

        pool.Drain();

        Assert.Equal(before, bench.Transport.Sends);
    }

    [Fact]
    public void A_persist_is_one_send()
    {
        using var bench = new ReplicaBench();
        using RemotePool pool = bench.NewPool(new RemotePoolOptions { HeartbeatInterval = TimeSpan.FromMinutes(1) });
        int before = bench.Transport.Sends;

        pool.Persist(4096, 64);

        Assert.Equal(before + 1, bench.Transport.Sends);
    }

    [Fact]
    public void Deep_persist_copies_too()
    {
        using var bench = new ReplicaBench();
        using RemotePool pool = bench.NewPool();
        bench.Fill(4096, 8192, 5);

        pool.DeepPersist(4096, 8192);

        Assert.Equal(bench.LocalBytes(4096, 8192), bench.PartBytesAt(4096, 8192));
    }

    [Fact]
    public void Read_sees_what_was_queued_before_it_and_the_raw_header()
    {
        using var bench = new ReplicaBench();
        using RemotePool pool = bench.NewPool();
        bench.Fill(4096, 300_000, 9);
        pool.Flush(4096, 300_000);
        byte[] read = new byte[300_000];

        pool.Read(4096, read);
        byte[] header = new byte[4096];
        pool.Read(0, header);

        Assert.Equal(bench.LocalBytes(4096, 300_000), read);
        Assert.Equal(ReplicaBench.Attributes.Signature, BitConverter.ToUInt64(header));
    }

    [Fact]
    public void A_pool_without_headers_may_be_stored_to_from_its_first_byte()
    {
        using var bench = new ReplicaBench();
        bench.WriteSet(option: "NOHDRS");
        using RemotePool pool = RemotePool.Create(bench.Transport, ReplicaBench.Name, bench.Local, default);
        bench.Fill(0, 4096, 3);

        long start = bench.Local.LengthBytes - ReplicaBench.WindowBytes;
        pool.Persist(start, 4096);

        Assert.False(pool.HasHeaders);
        Assert.True(pool.Attributes.IsZero);
        Assert.Equal(bench.LocalBytes(0, 4096), bench.PartBytesAt(0, 4096));
    }

    [Fact]
    public void Fewer_lanes_may_be_granted_than_were_asked_for()
    {
        using var bench = new ReplicaBench(o => o with { MaxLanes = 2 });
        using RemotePool pool = bench.NewPool(new RemotePoolOptions { Lanes = 100 });

        Assert.Equal(2, pool.LaneCount);
        pool.Persist(4096, 8, lane: 1);
        Assert.Throws<ArgumentOutOfRangeException>(() => pool.Persist(4096, 8, lane: 2));
    }

    [Fact]
    public void Eight_threads_may_use_one_lane_or_eight()
    {
        using var bench = new ReplicaBench();
        using RemotePool pool = bench.NewPool(new RemotePoolOptions { Lanes = 4 });
        Parallel.For(0, 8, new ParallelOptions { MaxDegreeOfParallelism = 8 }, thread =>
        {
            for (int i = 0; i < 200; i++)
            {
                long offset = 4096 + (thread * 65536) + (i * 128);
                bench.Fill(offset, 128, (byte)(thread + 1));
                pool.Persist(offset, 128, thread % 4, (RemotePersist)(i % 2));
            }
        });

        Assert.Equal(bench.LocalBytes(4096, 8 * 65536), bench.PartBytesAt(4096, 8 * 65536));
    }

    [Fact]
    public void A_window_smaller_than_a_burst_only_slows_it_down()
    {
        using var bench = new ReplicaBench(o => o with { MaxFrameBytes = 8192, WindowBytes = 16384, WindowFrames = 3 });
        using RemotePool pool = bench.NewPool();
        bench.Fill(4096, 1 << 20, 6);

        for (int i = 0; i < 1000; i++)
        {
            pool.Flush(4096 + (i * 1000), 1000);
        }

        pool.Flush(4096, 1 << 20, how: RemotePersist.Relaxed);
        pool.Drain();

        Assert.Equal(bench.LocalBytes(4096, 1 << 20), bench.PartBytesAt(4096, 1 << 20));
    }

    [Fact]
    public void Verify_finds_what_differs()
    {
        using var bench = new ReplicaBench();
        using RemotePool pool = bench.NewPool();
        Assert.Empty(pool.Verify());
        bench.Fill(700_000, 10, 1);
        bench.Fill(4096, 1, 1);

        IReadOnlyList<RemoteDifference> found = pool.Verify();

        Assert.Equal(2, found.Count);
        Assert.Equal(4096, found[0].Offset);
        Assert.InRange(700_000, found[1].Offset, found[1].Offset + found[1].LengthBytes - 10);
        pool.Persist(4096, ReplicaBench.WindowBytes - 4096);
        Assert.Empty(pool.Verify());
    }

    [Fact]
    public void Attributes_are_kept_and_can_be_changed()
    {
        using var bench = new ReplicaBench();
        RemotePoolAttributes second = ReplicaBench.Attributes with { Major = 8, Uuid = Guid.NewGuid(), UserFlags = Guid.NewGuid() };
        using (RemotePool pool = bench.NewPool())
        {
            Assert.Equal(ReplicaBench.Attributes, pool.Attributes);
        }

        using (RemotePool pool = bench.Open())
        {
            Assert.Equal(ReplicaBench.Attributes, pool.Attributes);
            pool.SetAttributes(second);
            pool.Persist(4096, 64);
            Assert.Equal(second, pool.Attributes);
        }

        using RemotePool again = bench.Open();
        Assert.Equal(second, again.Attributes);
    }

    [Fact]
    public async Task The_asynchronous_twins_do_the_same()
    {
        using var bench = new ReplicaBench();
        bench.WriteSet();
        bench.Fill(4096, 8192, 4);
        await using (RemotePool pool = await RemotePool.CreateAsync(bench.Transport, ReplicaBench.Name, bench.Local, ReplicaBench.Attributes))
        {
            await pool.PersistAsync(4096, 64);
            await pool.FlushAsync(4160, 64);
            await pool.DrainAsync();
            await pool.DeepPersistAsync(4224, 8192 - 128);
            byte[] read = new byte[8192];
            await pool.ReadAsync(4096, read);
            Assert.Equal(bench.LocalBytes(4096, 8192), read);
            Assert.Empty(await pool.VerifyAsync());
            await pool.SetAttributesAsync(ReplicaBench.Attributes with { Major = 9 });
            await pool.CloseAsync();
        }

        await using (RemotePool pool = await RemotePool.OpenAsync(bench.Transport, ReplicaBench.Name, bench.Local))
        {
            Assert.Equal(9u, pool.Attributes.Major);
        }

        Assert.Equal(ReplicaBench.PartBytes, (await RemotePool.StatAsync(bench.Transport, ReplicaBench.Name)).LimitBytes);
        await RemotePool.RemoveAsync(bench.Transport, ReplicaBench.Name);
        Assert.Equal(
            Errno.NoEntry,
            (await Assert.ThrowsAsync<RemotePoolException>(() => RemotePool.OpenAsync(bench.Transport, ReplicaBench.Name, bench.Local))).Errno);
    }

    [Fact]
    public void Closing_drains_what_was_queued()
    {
        using var bench = new ReplicaBench();
        using (RemotePool pool = bench.NewPool())
        {
            bench.Fill(4096, 64, 8);
            pool.Flush(4096, 64);
        }

        Assert.Equal(bench.LocalBytes(4096, 64), bench.PartBytesAt(4096, 64));
    }
}
