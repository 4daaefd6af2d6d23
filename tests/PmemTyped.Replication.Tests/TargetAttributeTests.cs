using PmemTyped.Native.Linux;
using PmemTyped.Replication.Target;
using PmemTyped.Replication.Tests.Support;

namespace PmemTyped.Replication.Tests;

/// <summary>Headers of a remote pool: made from attributes, judged at open, changed as a whole (replication specification, 2.2 and 3).</summary>
public sealed class TargetAttributeTests
{
    [Theory]
    [InlineData("", false, 2u)]
    [InlineData("", true, 3u)]
    [InlineData("SINGLEHDR", true, 2u)]
    [InlineData("NOHDRS", true, 2u)]
    public void Attributes_and_options_must_agree(string option, bool hasAttributes, uint incompat)
    {
        using var bench = new ReplicaBench();
        bench.WriteSet(parts: 2, option: option);
        RemotePoolAttributes attributes = hasAttributes ? ReplicaBench.Attributes with { Incompat = incompat } : default;

        Assert.Equal(
            Errno.Invalid, ErrnoOf(() => RemotePool.Create(bench.Transport, ReplicaBench.Name, bench.Local, attributes)));
        Assert.False(File.Exists(bench.Part(ReplicaBench.Name, 0)));
    }

    [Fact]
    public void What_the_attributes_leave_at_zero_is_made_up()
    {
        using var bench = new ReplicaBench();
        bench.WriteSet(parts: 2);
        RemotePoolAttributes sparse = new() { Signature = 1, Major = 1, Incompat = 2 };
        using RemotePool pool = RemotePool.Create(bench.Transport, ReplicaBench.Name, bench.Local, sparse);

        Assert.NotEqual(Guid.Empty, pool.Attributes.PoolSetUuid);
        Assert.NotEqual(Guid.Empty, pool.Attributes.Uuid);
        Assert.Equal(pool.Attributes.Uuid, pool.Attributes.NextUuid);
        Assert.Equal(pool.Attributes.Uuid, pool.Attributes.PreviousUuid);
        Assert.NotEqual(Guid.Empty, pool.Attributes.UserFlags);
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(0, 60)]
    [InlineData(1, 12)]
    [InlineData(1, 72)]
    [InlineData(1, 130)]
    public void A_damaged_header_is_refused(int part, int offset)
    {
        using var bench = new ReplicaBench();
        bench.WriteSet(parts: 2);
        bench.Create().Dispose();
        using (FileStream file = File.OpenWrite(bench.Part(ReplicaBench.Name, part)))
        {
            file.Position = offset;
            file.WriteByte(0xEE);
        }

        RemotePoolException refusal = Assert.Throws<RemotePoolException>(() => bench.Open());
        Assert.Equal(Errno.Invalid, refusal.Errno);
        Assert.Contains("header", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_header_of_zeros_and_swapped_parts_are_refused()
    {
        using var bench = new ReplicaBench();
        bench.WriteSet(parts: 2);
        bench.Create().Dispose();
        string first = bench.Part(ReplicaBench.Name, 0);
        string second = bench.Part(ReplicaBench.Name, 1);
        byte[] header = File.ReadAllBytes(second)[..4096];
        Overwrite(second, new byte[4096]);
        Assert.Equal(Errno.Invalid, ErrnoOf(() => bench.Open()));
        Overwrite(second, header);
        bench.Open().Dispose();

        Overwrite(second, File.ReadAllBytes(first)[..4096]);
        Assert.Equal(Errno.Invalid, ErrnoOf(() => bench.Open()));
    }

    [Fact]
    public void Attributes_of_a_pool_without_headers_cannot_be_set_but_nothing_can()
    {
        using var bench = new ReplicaBench();
        bench.WriteSet(option: "NOHDRS");
        using RemotePool pool = RemotePool.Create(bench.Transport, ReplicaBench.Name, bench.Local, default);

        Assert.Equal(Errno.Invalid, ErrnoOf(() => pool.SetAttributes(ReplicaBench.Attributes)));
        pool.SetAttributes(default);
        pool.Persist(4096, 8);
    }

    [Fact]
    public void Attributes_of_zeros_are_stored_and_the_pool_still_opens()
    {
        using var bench = new ReplicaBench();
        bench.WriteSet(parts: 2);
        using (RemotePool pool = bench.Create())
        {
            pool.SetAttributes(default);
            pool.Persist(4096, 8);
        }

        using RemotePool again = bench.Open();
        Assert.True(again.Attributes.IsZero);
        Assert.True(again.HasHeaders);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void A_change_of_attributes_that_was_interrupted_is_finished_by_the_next_open(int headersWritten)
    {
        using var bench = new ReplicaBench();
        string set = bench.WriteSet(parts: 2);
        RemotePoolAttributes second = ReplicaBench.Attributes with { Major = 99, Uuid = Guid.NewGuid() };
        bench.Create().Dispose();
        byte[][] before = [.. Enumerable.Range(0, 2).Select(i => File.ReadAllBytes(bench.Part(ReplicaBench.Name, i))[..4096])];
        using (RemotePool pool = bench.Open())
        {
            pool.SetAttributes(second);
        }

        // As a crash leaves it: the pending file is there, and so many headers are new.
        PendingAttributes.Write(set, in second);
        for (int i = headersWritten; i < 2; i++)
        {
            Overwrite(bench.Part(ReplicaBench.Name, i), before[i]);
        }

        using (RemotePool pool = bench.Open())
        {
            Assert.Equal(second, pool.Attributes);
        }

        Assert.Null(PendingAttributes.Read(set));
    }

    [Theory]
    [InlineData(0, "zeros")]
    [InlineData(1, "zeros")]
    [InlineData(2, "zeros")]
    [InlineData(1, "no identity")]
    [InlineData(2, "no identity")]
    [InlineData(1, "of another part")]
    [InlineData(2, "of another part")]
    public void A_change_that_was_interrupted_makes_no_header_of_a_lost_one(int part, string how)
    {
        using var bench = new ReplicaBench();
        string set = bench.WriteSet(parts: 3);
        bench.Create().Dispose();
        PendingAttributes.Write(set, ReplicaBench.Attributes with { Major = 99 });
        string path = bench.Part(ReplicaBench.Name, part);
        byte[] lost = File.ReadAllBytes(path)[..4096];
        if (how == "of another part")
        {
            lost = File.ReadAllBytes(bench.Part(ReplicaBench.Name, 3 - part))[..4096];
        }
        else
        {
            const int UuidOffset = 40;
            lost.AsSpan(how == "zeros" ? 0 : UuidOffset, how == "zeros" ? 4096 : 16).Clear();
        }

        Overwrite(path, lost);

        Assert.Equal(Errno.Invalid, ErrnoOf(() => bench.Open()));
        Assert.Equal(lost, File.ReadAllBytes(path)[..4096]);
    }

    [Fact]
    public void No_header_changes_before_the_pending_attributes_are_durable()
    {
        using var bench = new ReplicaBench();
        using RemotePool pool = bench.NewPool();
        byte[] header = bench.PartBytesAt(0, 4096);
        Directory.CreateDirectory(bench.Directory.File(ReplicaBench.Name) + TargetPaths.PendingSuffix + ".new");

        Assert.Equal(Errno.InputOutput, ErrnoOf(() => pool.SetAttributes(ReplicaBench.Attributes with { Major = 99 })));

        Assert.Equal(header, bench.PartBytesAt(0, 4096));
    }

    [Fact]
    public void A_torn_pending_file_changes_nothing()
    {
        using var bench = new ReplicaBench();
        bench.NewPool().Dispose();
        File.WriteAllBytes(bench.Directory.File(ReplicaBench.Name) + TargetPaths.PendingSuffix, new byte[50]);

        using RemotePool pool = bench.Open();
        Assert.Equal(ReplicaBench.Attributes, pool.Attributes);
    }

    private static int ErrnoOf(Action call) => Assert.Throws<RemotePoolException>(call).Errno;

    private static void Overwrite(string path, byte[] bytes)
    {
        using FileStream file = File.OpenWrite(path);
        file.Write(bytes);
    }
}
