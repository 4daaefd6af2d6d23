using PmemTyped.Mapping;
using PmemTyped.Native.Linux;
using PmemTyped.Replication.Tests.Support;

namespace PmemTyped.Replication.Tests;

/// <summary>What a target makes of set files, parts, headers and names (replication specification, 2.1, 2.6, 3, 4 and 19.8).</summary>
public sealed class TargetStoreTests
{
    private const long Page = 4096;
    private const long Part = ReplicaBench.PartBytes;

    [Theory]
    [InlineData(1, "", Part)]
    [InlineData(2, "", (2 * Part) - Page)]
    [InlineData(2, "SINGLEHDR", 2 * Part)]
    [InlineData(2, "NOHDRS", 2 * Part)]
    [InlineData(3, "", (3 * Part) - (2 * Page))]
    public void The_largest_window_is_the_parts_without_all_headers_but_the_first(int parts, string option, long limitBytes)
    {
        using var bench = new ReplicaBench();
        bench.WriteSet(parts: parts, option: option);
        RemotePoolAttributes attributes = option switch
        {
            "NOHDRS" => default,
            "SINGLEHDR" => ReplicaBench.Attributes with { Incompat = 3 },
            _ => ReplicaBench.Attributes,
        };
        PmemMap tooLarge = bench.NewLocal(limitBytes + Page);
        PmemMap local = bench.NewLocal(limitBytes);
        using (scoped PmemMapLease lease = local.Lease())
        {
            lease.Fill(0, limitBytes, 0x5A);
        }

        Assert.Equal(Errno.FileTooBig, ErrnoOf(() => RemotePool.Create(bench.Transport, ReplicaBench.Name, tooLarge, attributes)));
        Assert.False(File.Exists(bench.Part(ReplicaBench.Name, 0)));
        using (RemotePool pool = RemotePool.Create(bench.Transport, ReplicaBench.Name, local, attributes))
        {
            Assert.Equal(limitBytes, pool.LimitBytes);
            long start = pool.HasHeaders ? Page : 0;
            pool.Persist(start, limitBytes - start);
            Assert.Empty(pool.Verify());
        }

        // The headers of the other parts lie outside of the window.
        using RemotePool again = RemotePool.Open(bench.Transport, ReplicaBench.Name, local);
        Assert.Empty(again.Verify());
        Assert.Equal(limitBytes, RemotePool.Stat(bench.Transport, ReplicaBench.Name).LimitBytes);
    }

    public static TheoryData<string, int> WrongSets => new()
    {
        { "", Errno.Invalid },
        { "no set file\n", Errno.Invalid },
        { "PMEMPOOLSET\nOPTION SINGLEHDR NOHDRS\n2M {0}/p\n", Errno.Invalid },
        { "PMEMPOOLSET\n2M relative\n", Errno.Invalid },
        { "PMEMPOOLSET\n2M {0}/p\nREPLICA\n2M {0}/q\n", Errno.Invalid },
        { "PMEMPOOLSET\n2M {0}/p\nREPLICA host other.set\n", Errno.Invalid },
        { "PMEMPOOLSET\n2044K {0}/p\n", Errno.Invalid },
        { "PMEMPOOLSET\n2M {0}\n", Errno.Invalid },
        { "PMEMPOOLSET\n2M /tmp/elsewhere\n", Errno.Invalid },
        { "PMEMPOOLSET\n2M {0}/x/../p\n", Errno.Invalid },
        { "PMEMPOOLSET\n2M {0}/missing/p\n", Errno.NoEntry },
    };

    [Theory]
    [MemberData(nameof(WrongSets))]
    public void A_wrong_set_file_is_refused_with_its_number_and_leaves_nothing(string text, int errno)
    {
        using var bench = new ReplicaBench();
        string path = bench.WriteText(ReplicaBench.Name, text.Replace("{0}", bench.Directory.Path, StringComparison.Ordinal));

        Assert.Equal(errno, ErrnoOf(() => bench.Create()));
        Assert.Equal([path], Directory.GetFiles(bench.Directory.Path, "*", SearchOption.AllDirectories));
    }

    public static TheoryData<string, int> WrongNames => new()
    {
        { "", Errno.Invalid },
        { "/pool.set", Errno.Invalid },
        { "../pool.set", Errno.Invalid },
        { "a/../pool.set", Errno.Invalid },
        { "a//pool.set", Errno.Invalid },
        { "./pool.set", Errno.Invalid },
        { "pool.set/", Errno.Invalid },
        { "pool\0.set", Errno.Invalid },
        { "pool.set.pending-attributes", Errno.Invalid },
        { "nowhere.set", Errno.NoEntry },
        { "no/where.set", Errno.NoEntry },
        { "link.set", Errno.Access },
        { "way/pool.set", Errno.Access },
        { "; touch x", Errno.NoEntry },
    };

    [Theory]
    [MemberData(nameof(WrongNames))]
    public void A_name_leads_nowhere_but_below_the_directory(string name, int errno)
    {
        using var bench = new ReplicaBench();
        using RemotePool pool = bench.NewPool();
        pool.Dispose();
        File.CreateSymbolicLink(bench.Directory.File("link.set"), bench.Directory.File(ReplicaBench.Name));
        Directory.CreateSymbolicLink(bench.Directory.File("way"), bench.Directory.Path);

        Assert.Equal(errno, ErrnoOf(() => bench.Create(name: name)));
        Assert.Equal(errno, ErrnoOf(() => bench.Open(name: name)));
        Assert.Equal(errno, ErrnoOf(() => RemotePool.Stat(bench.Transport, name)));
        Assert.Equal(name is ['/', ..] ? Errno.BadDescriptor : errno, ErrnoOf(() => RemotePool.Remove(bench.Transport, name)));
    }

    [Fact]
    public void A_part_that_is_a_link_is_not_followed()
    {
        using var bench = new ReplicaBench();
        bench.WriteSet();
        string outside = bench.Directory.File("outside");
        File.WriteAllBytes(outside, new byte[Part]);
        File.CreateSymbolicLink(bench.Part(ReplicaBench.Name, 0), outside);

        Assert.Equal(Errno.Access, ErrnoOf(() => bench.Create()));
        Assert.DoesNotContain(File.ReadAllBytes(outside), b => b != 0);
    }

    [Fact]
    public void A_set_may_lie_in_a_directory_below()
    {
        using var bench = new ReplicaBench();
        bench.WriteSet("some/where/pool.set");
        using RemotePool pool = bench.Create(name: "some/where/pool.set");

        pool.Persist(4096, 8);
    }

    [Fact]
    public void New_parts_belong_to_their_owner_alone()
    {
        using var bench = new ReplicaBench();
        using RemotePool pool = bench.NewPool();

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(bench.Part(ReplicaBench.Name, 0)));
    }

    [Fact]
    public void A_pool_that_is_there_is_not_created_again()
    {
        using var bench = new ReplicaBench();
        bench.NewPool().Dispose();

        Assert.Equal(Errno.Exists, ErrnoOf(() => bench.Create()));
        bench.Open().Dispose();
    }

    [Fact]
    public void A_failed_creation_removes_the_parts_that_it_made()
    {
        using var bench = new ReplicaBench();
        bench.WriteSet(parts: 3);
        byte[] foreign = new byte[Part];
        foreign[100] = 1;
        File.WriteAllBytes(bench.Part(ReplicaBench.Name, 2), foreign);

        Assert.Equal(Errno.Exists, ErrnoOf(() => bench.Create()));
        Assert.False(File.Exists(bench.Part(ReplicaBench.Name, 0)));
        Assert.False(File.Exists(bench.Part(ReplicaBench.Name, 1)));
        Assert.Equal(foreign, File.ReadAllBytes(bench.Part(ReplicaBench.Name, 2)));
    }

    [Fact]
    public void A_pool_or_a_part_of_it_can_be_open_once()
    {
        using var bench = new ReplicaBench();
        using RemotePool pool = bench.NewPool();
        File.Copy(bench.Directory.File(ReplicaBench.Name), bench.Directory.File("twin.set"));

        Assert.Equal(RemoteErrno.Busy, ErrnoOf(() => bench.Open()));
        Assert.Equal(RemoteErrno.Busy, ErrnoOf(() => bench.Create()));
        Assert.Equal(RemoteErrno.Busy, ErrnoOf(() => bench.Open(name: "twin.set")));
        Assert.Equal(RemoteErrno.Busy, ErrnoOf(() => RemotePool.Remove(bench.Transport, ReplicaBench.Name)));
        Assert.Equal(RemoteErrno.Busy, ErrnoOf(() => RemotePool.Remove(bench.Transport, ReplicaBench.Name, RemoteRemove.Force)));
        Assert.True(RemotePool.Stat(bench.Transport, ReplicaBench.Name).IsOpen);
        pool.Persist(4096, 8);
    }

    [Fact]
    public void A_short_or_missing_part_is_refused()
    {
        using var bench = new ReplicaBench();
        bench.WriteSet(parts: 2);
        bench.Create().Dispose();
        string second = bench.Part(ReplicaBench.Name, 1);
        using (FileStream file = File.OpenWrite(second))
        {
            file.SetLength(Part - 4096);
        }

        Assert.Equal(Errno.Invalid, ErrnoOf(() => bench.Open()));
        File.Delete(second);
        Assert.Equal(Errno.NoEntry, ErrnoOf(() => bench.Open()));
    }

    [Theory]
    [InlineData(RemoteRemove.None, true)]
    [InlineData(RemoteRemove.Force, true)]
    [InlineData(RemoteRemove.PoolSet, false)]
    [InlineData(RemoteRemove.PoolSet | RemoteRemove.Force, false)]
    public void Remove_takes_the_parts_and_the_set_file_if_asked(RemoteRemove what, bool keepsSet)
    {
        using var bench = new ReplicaBench();
        bench.WriteSet(parts: 2);
        bench.Create().Dispose();

        RemotePool.Remove(bench.Transport, ReplicaBench.Name, what);

        Assert.False(File.Exists(bench.Part(ReplicaBench.Name, 0)));
        Assert.False(File.Exists(bench.Part(ReplicaBench.Name, 1)));
        Assert.Equal(keepsSet, File.Exists(bench.Directory.File(ReplicaBench.Name)));
        Assert.Equal(Errno.NoEntry, ErrnoOf(() => bench.Open()));
    }

    [Fact]
    public void Remove_of_missing_parts_is_an_error_unless_forced_and_takes_the_others()
    {
        using var bench = new ReplicaBench();
        bench.WriteSet(parts: 2);
        bench.Create().Dispose();
        File.Delete(bench.Part(ReplicaBench.Name, 0));

        Assert.Equal(Errno.NoEntry, ErrnoOf(() => RemotePool.Remove(bench.Transport, ReplicaBench.Name)));
        Assert.False(File.Exists(bench.Part(ReplicaBench.Name, 1)));
        RemotePool.Remove(bench.Transport, ReplicaBench.Name, RemoteRemove.Force);
        Assert.Equal(Errno.NoEntry, ErrnoOf(() => RemotePool.Remove(bench.Transport, "other.set")));
        RemotePool.Remove(bench.Transport, "other.set", RemoteRemove.Force);
    }

    [Fact]
    public void Remove_does_not_look_at_headers_and_refuses_unknown_flags()
    {
        using var bench = new ReplicaBench();
        bench.NewPool().Dispose();
        Overwrite(bench.Part(ReplicaBench.Name, 0), new byte[4096]);

        Assert.Throws<ArgumentOutOfRangeException>(() => RemotePool.Remove(bench.Transport, ReplicaBench.Name, (RemoteRemove)4));
        RemotePool.Remove(bench.Transport, ReplicaBench.Name);
        Assert.False(File.Exists(bench.Part(ReplicaBench.Name, 0)));
    }

    [Fact]
    public void Rights_are_those_of_the_grants()
    {
        using var bench = new ReplicaBench(o => o with
        {
            Grants = [new ReplicaGrant("local", "mine/", ReplicaRights.All), new ReplicaGrant("local", "", ReplicaRights.Stat)],
        });
        bench.WriteSet("mine/pool.set");
        bench.WriteSet("theirs/pool.set");

        bench.Create(name: "mine/pool.set").Dispose();
        Assert.Equal(Errno.Access, ErrnoOf(() => bench.Create(name: "theirs/pool.set")));
        Assert.Equal(Errno.Access, ErrnoOf(() => bench.Open(name: "theirs/pool.set")));
        Assert.Equal(Errno.Access, ErrnoOf(() => RemotePool.Remove(bench.Transport, "theirs/pool.set")));
        Assert.Equal(Errno.NoEntry, ErrnoOf(() => RemotePool.Stat(bench.Transport, "theirs/pool.set")));
        lock (bench.Audit)
        {
            Assert.Contains(bench.Audit, a => a is { Operation: "create", Pool: "mine/pool.set", Errno: 0 });
            Assert.Contains(bench.Audit, a => a is { Operation: "remove", Pool: "theirs/pool.set", Errno: Errno.Access });
        }
    }

    [Fact]
    public void Too_many_pools_are_refused_and_places_come_back()
    {
        using var bench = new ReplicaBench(o => o with { MaxSessions = 1 });
        bench.WriteSet("a.set");
        bench.WriteSet("b.set");
        using (RemotePool pool = bench.Create(name: "a.set"))
        {
            Assert.Equal(RemoteErrno.Busy, ErrnoOf(() => bench.Create(name: "b.set")));
        }

        bench.Create(name: "b.set").Dispose();
    }

    private static int ErrnoOf(Action call) => Assert.Throws<RemotePoolException>(call).Errno;

    private static void Overwrite(string path, byte[] bytes)
    {
        using FileStream file = File.OpenWrite(path);
        file.Write(bytes);
    }
}
