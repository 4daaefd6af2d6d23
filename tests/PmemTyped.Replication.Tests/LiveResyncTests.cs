using PmemTyped.Mapping;
using PmemTyped.Replication.Tests.Support;
using PmemTyped.Sets;
using Xunit.Abstractions;

namespace PmemTyped.Replication.Tests;

/// <summary>Writers go on while a replica is brought up to date (replication specification, 19.6).</summary>
public sealed class LiveResyncTests(ITestOutputHelper output)
{
    [Fact]
    public void Writers_may_go_on_while_a_replica_is_brought_up_to_date()
    {
        using var copies = new Copies(2, 1, 16 << 20);
        using Copies.Writer writer = copies.Open(1);
        for (int region = 0; region < 256; region++)
        {
            writer.Store((region * Copies.RegionBytes) + 8192, 4);
        }

        RemotePool pool = writer.Pool(2);
        using PmemMap observed = PmemMap.Join([writer.Local], new PersistRelay(new ReplicationObserver(pool)));
        int stored = 0;
        using var stop = new CancellationTokenSource();
        var random = new Random(7);
        var thread = new Thread(() =>
        {
            while (!stop.IsCancellationRequested)
            {
                using scoped PmemMapLease lease = observed.Lease();
                lease.Fill(8192 + (random.NextInt64(255) * Copies.RegionBytes) + random.Next(60_000), 200, (byte)(1 + (stored % 250)));
                stored++;
            }
        });
        thread.Start();
        ResyncProgress done = writer.Resync(2);
        stop.Cancel();
        thread.Join();

        output.WriteLine(FormattableString.Invariant($"{stored} stores meanwhile, {done.RegionsSent} regions sent"));
        Assert.True(stored > 0);
        Assert.Equal(256, done.RegionsCompared);
        Assert.Equal(copies.Content(1), copies.Content(2));
    }

    // The store comes when the checksum of the frame is made and its bytes are still to leave.
    [Fact]
    public void A_store_to_a_region_that_is_just_leaving_does_not_tear_it()
    {
        const long Region = 3 * Copies.RegionBytes;
        using var copies = new Copies(2, 1);
        using Copies.Writer writer = copies.Open(1);
        writer.Store(Region, 4);
        RemotePool pool = writer.Pool(2);
        int stores = 0;
        copies.TransportOf(2).Sending = bytes =>
        {
            if (bytes == Copies.RegionBytes)
            {
                writer.StoreUntold(Region + 100, 5);
                stores++;
            }
        };

        ResyncProgress done = writer.Resync(2);

        Assert.Equal((1L, 1), (done.RegionsSent, stores));
        pool.Persist(Region + 100, 64);
        Assert.Null(pool.Failure);
        Assert.Equal(copies.Content(1), copies.Content(2));
    }

    // What is sent again is the copy: the map has moved on, and its newer bytes belong behind what is queued later.
    [Fact]
    public void A_connection_that_is_lost_while_a_changing_region_leaves_does_not_end_a_resync()
    {
        const long Region = 3 * Copies.RegionBytes;
        using var copies = new Copies(2, 1);
        using Copies.Writer writer = copies.Open(1);
        writer.Store(Region, 4);
        writer.Store(Region + Copies.RegionBytes, 4);
        RemotePool pool = writer.Pool(2);
        int cuts = 0;
        copies.TransportOf(2).Sending = bytes =>
        {
            if (bytes == Copies.RegionBytes && cuts++ == 0)
            {
                writer.StoreUntold(Region + 100, 5);
                throw new IOException("cut");
            }
        };

        ResyncProgress done = writer.Resync(2);

        Assert.Equal((2L, 3), (done.RegionsSent, cuts));
        Assert.Null(pool.Failure);
        Assert.NotEqual(copies.Content(1), copies.Content(2));
        pool.Persist(Region + 100, 64);
        Assert.Equal(copies.Content(1), copies.Content(2));
    }

    [Fact]
    public void A_region_that_is_missed_while_it_is_copied_is_copied_again()
    {
        using var copies = new Copies(2, 1);
        using Copies.Writer writer = copies.Open(1);
        writer.Resync(2);
        writer.Primary.Detach(2);
        writer.Primary.ContinueWithout(2);
        writer.Store(8192, 5);
        int told = 0;

        ResyncProgress done = writer.Resync(2, new ResyncOptions
        {
            Progress = _ =>
            {
                if (told++ == 0)
                {
                    // Not attached yet, so that it goes to the bitmap.
                    writer.Store(3 * Copies.RegionBytes, 6);
                }
            },
        });

        Assert.Equal(2, done.RegionsSent);
        Assert.Equal(copies.Content(1), copies.Content(2));
    }

    [Fact]
    public void A_replica_that_nobody_sends_to_is_not_brought_up_to_date_for_ever()
    {
        using var copies = new Copies(2, 1);
        using Copies.Writer writer = copies.Open(1);
        byte value = 0;

        Assert.Throws<InvalidOperationException>(
            () => writer.Resync(2, new ResyncOptions { Progress = _ => writer.Primary.Missed(2).Add(8192 + value++, 1) }));
    }
}
