using PmemTyped.Replication.Tests.Support;
using Xunit.Abstractions;

namespace PmemTyped.Replication.Tests;

/// <summary>A replica that was away becomes equal again, for little (replication specification, 19.6).</summary>
public sealed class ResyncTests(ITestOutputHelper output)
{
    private const int ManyRegions = 1024;
    private const long ManyBytes = ManyRegions * (long)Copies.RegionBytes;

    [Fact]
    public void A_new_replica_gets_what_differs_and_counts_then()
    {
        using var copies = new Copies(2, 2);
        using Copies.Writer writer = copies.Open(1);
        writer.Store(10 * Copies.RegionBytes, 7);
        Assert.False(writer.Primary.MayAcknowledge);

        ResyncProgress done = writer.Resync(2);

        Assert.Equal((ResyncDirection.Full, 32L, 1L, (long)Copies.RegionBytes, 0L), (done.Direction, done.RegionsCompared, done.RegionsSent, done.BytesSent, done.RegionsLeft));
        Assert.True(writer.Primary.MayAcknowledge);
        Assert.Equal(copies.Content(1), copies.Content(2));
        ReplicaMetadata theirs = copies.Metadata(2);
        Assert.Equal((ReplicaRole.Replica, 2, writer.Primary.Metadata.Generation), (theirs.Role, theirs.Number, theirs.Generation));
        Assert.Equal(0UL, writer.Primary.Metadata.Away);
    }

    [Theory]
    [InlineData(true, ResyncDirection.Quick)]
    [InlineData(false, ResyncDirection.Quick)]
    public void After_one_percent_of_regions_changed_at_most_two_percent_are_sent(bool isClosed, ResyncDirection direction)
    {
        using var copies = new Copies(2, 1, ManyBytes);
        Copies.Writer writer = copies.Open(1);
        writer.Resync(2);
        copies.TransportOf(2).Cut();
        writer.Primary.Detach(2);
        writer.Primary.ContinueWithout(2);
        int[] changed = [.. Enumerable.Range(0, ManyRegions / 100).Select(i => (i * 97) + 3)];
        foreach (int region in changed)
        {
            writer.Store(region * (long)Copies.RegionBytes, 9, lengthBytes: 1000);
        }

        // Closed in good order the bitmap names the regions; after a crash all of them are compared.
        if (isClosed)
        {
            writer.Dispose();
        }
        else
        {
            writer.Crash();
        }

        copies.TransportOf(2).Heal();
        using Copies.Writer again = copies.Open(1);
        RemotePool pool = again.Pool(2);
        long before = copies.TransportOf(2).Bytes;

        ResyncProgress done = again.Resync(2);

        long bytes = copies.TransportOf(2).Bytes - before;
        output.WriteLine(FormattableString.Invariant($"{bytes} bytes on the wire, {100.0 * bytes / ManyBytes:F3} % of {ManyBytes}"));
        Assert.Equal(direction, done.Direction);
        Assert.Equal(isClosed ? changed.Length : ManyRegions, done.RegionsCompared);
        Assert.Equal(changed.Length, done.RegionsSent);
        Assert.True(bytes <= ManyBytes * 2 / 100, FormattableString.Invariant($"{bytes} bytes"));
        Assert.Equal(copies.Content(1), copies.Content(2));
        Assert.Null(pool.Failure);
    }

    [Fact]
    public void What_was_stored_and_told_nobody_before_a_crash_is_found()
    {
        using var copies = new Copies(2, 2);
        Copies.Writer writer = copies.Open(1);
        writer.Resync(2);
        writer.StoreUntold(5 * Copies.RegionBytes, 3);
        writer.Crash();

        using Copies.Writer again = copies.Open(1);
        ResyncProgress done = again.Resync(2);

        Assert.Equal(1, done.RegionsSent);
        Assert.Equal(copies.Content(1), copies.Content(2));
    }

    [Fact]
    public void After_a_close_in_good_order_nothing_is_compared()
    {
        using var copies = new Copies(2, 2);
        using (Copies.Writer writer = copies.Open(1))
        {
            writer.Resync(2);
            writer.Store(8192, 5);
        }

        using Copies.Writer again = copies.Open(1);
        ResyncProgress done = again.Resync(2);

        Assert.Equal((ResyncDirection.Quick, 0L), (done.Direction, done.RegionsCompared));
        Assert.Equal(copies.Content(1), copies.Content(2));
    }

    [Fact]
    public void An_interrupted_resync_goes_on_where_it_was_and_the_copy_cannot_be_promoted_before()
    {
        using var copies = new Copies(2, 1, 16 << 20);
        using Copies.Writer writer = copies.Open(1);
        for (int region = 0; region < 256; region++)
        {
            writer.Store((region * Copies.RegionBytes) + 8192, (byte)region);
        }

        int cuts = 0;
        int syncing = 0;
        long compared = 0;
        for (bool isDone = false; !isDone; cuts++)
        {
            copies.TransportOf(2).CutAfter(300_000 + (cuts * 400_000));
            try
            {
                compared = writer.Resync(2).RegionsCompared;
                isDone = true;
            }
            catch (RemotePoolException)
            {
                copies.TransportOf(2).Heal();
                Assert.Equal(0UL, writer.Primary.Attached);
                if (copies.Metadata(2).Role == ReplicaRole.Syncing)
                {
                    syncing++;
                    Assert.Contains("mixture", RefusalOfForce(copies), StringComparison.Ordinal);
                }
            }
        }

        output.WriteLine(FormattableString.Invariant($"{cuts - 1} cuts, the last resync compared {compared} regions"));
        Assert.InRange(cuts, 5, 50);
        Assert.InRange(syncing, 4, 50);
        Assert.True(compared < 256);
        Assert.Equal(copies.Content(1), copies.Content(2));
    }

    [Fact]
    public void A_replica_counts_for_nothing_while_it_is_brought_up_to_date_again()
    {
        using var copies = new Copies(2, 2);
        using Copies.Writer writer = copies.Open(1);
        writer.Resync(2);
        writer.Primary.Missed(2).Add(8192, 1);
        List<bool> meanwhile = [];
        Exception? second = null;

        writer.Resync(2, new ResyncOptions
        {
            Progress = _ =>
            {
                meanwhile.Add(writer.Primary.MayAcknowledge);
                second = Record.Exception(() => writer.Resync(2));
            },
        });

        Assert.Equal([false], meanwhile);
        Assert.IsType<InvalidOperationException>(second);
        Assert.True(writer.Primary.MayAcknowledge);
    }

    [Fact]
    public void A_resync_takes_its_share_of_the_network_and_can_be_cancelled()
    {
        using var copies = new Copies(2, 1, 16 << 20);
        using Copies.Writer writer = copies.Open(1);
        for (int region = 0; region < 256; region++)
        {
            writer.Store((region * Copies.RegionBytes) + 8192, 4);
        }

        using var cancellation = new CancellationTokenSource();
        Assert.Throws<OperationCanceledException>(() => writer.Resync(
            2,
            new ResyncOptions { BytesPerSecond = 1, Progress = _ => cancellation.CancelAfter(TimeSpan.FromMilliseconds(20)) },
            cancellation.Token));

        // 192 regions are left, in three steps: the last of them may begin when two thirds of the time are over.
        long began = System.Diagnostics.Stopwatch.GetTimestamp();
        ResyncProgress done = writer.Resync(2, new ResyncOptions { BytesPerSecond = 32 << 20 });
        Assert.Equal(192, done.RegionsSent);
        Assert.True(System.Diagnostics.Stopwatch.GetElapsedTime(began) >= TimeSpan.FromSeconds(0.3));
        Assert.Equal(copies.Content(1), copies.Content(2));
    }

    [Fact]
    public void Without_a_replica_nothing_is_acknowledged_before_a_new_generation()
    {
        using var copies = new Copies(3, 2);
        using Copies.Writer writer = copies.Open(1);
        writer.Resync(2);
        Assert.True(writer.Primary.MayAcknowledge);
        writer.Resync(3);
        Guid first = writer.Primary.Metadata.Generation;
        writer.Primary.Detach(3);
        Assert.False(writer.Primary.MayAcknowledge);

        writer.Primary.ContinueWithout(3);

        Assert.True(writer.Primary.MayAcknowledge);
        Assert.NotEqual(first, writer.Primary.Metadata.Generation);
        Assert.Equal(writer.Primary.Metadata.Generation, copies.Metadata(2).Generation);
        Assert.Equal((first, first), (copies.Metadata(2).Previous, copies.Metadata(3).Generation));
        Assert.Throws<InvalidOperationException>(() => writer.Primary.ContinueWithout(2));
        writer.Resync(3);
        Assert.Equal(writer.Primary.Metadata.Generation, copies.Metadata(3).Generation);
    }

    private static string RefusalOfForce(Copies copies) => Assert.Throws<ReplicaConflictException>(
        () => ReplicaPromotion.Promote(copies.Peer(2), [], force: true, options: Copies.Still)).Message;
}
