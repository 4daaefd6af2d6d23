using PmemTyped.Mapping;
using PmemTyped.Native.Linux;
using PmemTyped.Replication.Tests.Support;

namespace PmemTyped.Replication.Tests;

/// <summary>The rows of librpmem's error tables, through calls of its names (replication specification, 2.1 to 2.6 and 5).</summary>
public sealed class RpmemTests
{
    private const string Host = "host";

    public static TheoryData<string, int> BeginErrors => new()
    {
        { "null address", Errno.Invalid },
        { "address not aligned", Errno.Invalid },
        { "size not aligned", Errno.Invalid },
        { "size zero", Errno.Invalid },
        { "no lanes", Errno.Invalid },
        { "malformed target", Errno.Invalid },
        { "unknown host", RemoteErrno.NoMedium },
        { "port not a number", Errno.Invalid },
        { "port zero", Errno.Invalid },
        { "nobody listens", RemoteErrno.ConnectionReset },
        { "no set file", Errno.NoEntry },
        { "absolute name", Errno.Invalid },
        { "too large", Errno.FileTooBig },
        { "in use", RemoteErrno.Busy },
    };

    [Theory]
    [MemberData(nameof(BeginErrors))]
    public void Create_and_open_fail_with_their_number_and_leave_the_lanes(string row, int errno)
    {
        using var bench = new ReplicaBench();
        using RemotePool? holder = row == "in use" ? bench.NewPool() : null;
        if (holder is null)
        {
            bench.WriteSet();
        }

        PmemMap map = row == "too large" ? bench.NewLocal(2 * ReplicaBench.WindowBytes) : bench.Local;
        using PmemMap odd = bench.Local.Slice(64, 8192);
        string target = row switch
        {
            "malformed target" => "ho st",
            "unknown host" => "no-such-host.invalid",
            "port not a number" => "host:http",
            "port zero" => "host:0",
            "nobody listens" => "deaf",
            _ => Host,
        };
        string name = row switch { "no set file" => "other.set", "absolute name" => "/pool.set", _ => ReplicaBench.Name };
        PmemMap? memory = row switch { "null address" => null, "address not aligned" => odd, _ => map };
        long bytes = row switch { "size not aligned" => 4097, "size zero" => 0, "address not aligned" => 4096, _ => map.LengthBytes };
        uint lanes = row == "no lanes" ? 0u : 5u;
        uint before = lanes;
        Rpmem rpmem = new(t => ToTransport(bench, t));

        Assert.Null(rpmem.Open(target, name, memory, bytes, ref lanes, out RemotePoolAttributes attributes));
        Assert.Equal(errno, row == "in use" || row == "too large" ? errno : Rpmem.LastError);
        Assert.True(attributes.IsZero);
        Assert.Null(rpmem.Create(target, name, memory, bytes, ref lanes, ReplicaBench.Attributes));
        Assert.Equal(errno, Rpmem.LastError);
        Assert.NotEmpty(Rpmem.LastMessage);
        Assert.Equal(before, lanes);
    }

    [Fact]
    public void Persist_checks_its_arguments_and_the_handle_stays_usable()
    {
        using var bench = new ReplicaBench();
        bench.WriteSet();
        uint lanes = 1;
        RpmemPool pool = new Rpmem(t => ToTransport(bench, t)).Create(
            Host, ReplicaBench.Name, bench.Local, ReplicaBench.WindowBytes, ref lanes, ReplicaBench.Attributes)!;
        long end = ReplicaBench.WindowBytes;
#pragma warning disable PMT5004 // What the calls say to a wrong offset is the test.
        Func<int>[] wrong =
        [
            () => Rpmem.Persist(pool, 4096, 8, 0, 2),
            () => Rpmem.Persist(pool, 4088, 8, 0, 0),
            () => Rpmem.Persist(pool, 0, 8, 0, 1),
            () => Rpmem.Persist(pool, 4096, 8, 1, 0),
            () => Rpmem.Persist(pool, end, 8, 0, 0),
            () => Rpmem.Persist(pool, end - 4, 8, 0, 0),
            () => Rpmem.Persist(pool, 8192, long.MaxValue, 0, 0),
            () => Rpmem.DeepPersist(pool, 4088, 8, 0),
            () => Rpmem.DeepPersist(pool, end, 8, 0),
            () => Rpmem.Flush(pool, 4096, 8, 0, 4),
            () => Rpmem.Flush(pool, 4088, 8, 0, 0),
            () => Rpmem.Drain(pool, 0, 1),
            () => Rpmem.Drain(pool, 1, 0),
            () => Rpmem.Read(pool, new byte[8], end, 0),
            () => Rpmem.Read(pool, new byte[8], 0, 3),
        ];
#pragma warning restore PMT5004

        Assert.All(wrong, call =>
        {
            Assert.Equal(-1, call());
            Assert.Equal(Errno.Invalid, Rpmem.LastError);
        });
        Assert.Equal(0, Rpmem.Persist(pool, 4096, 8, 0, 0));
        Assert.Equal(0, Rpmem.Persist(pool, 4096, 8, 0, 1));
        Assert.Equal(0, Rpmem.Persist(pool, 4096, 0, 0, 0));
        Assert.Equal(0, Rpmem.DeepPersist(pool, 4096, 8, 0));
        Assert.Equal(0, Rpmem.Flush(pool, 4096, 8, 0, 1));
        Assert.Equal(0, Rpmem.Drain(pool, 0, 0));
        Assert.Equal(0, Rpmem.Read(pool, new byte[4096], 0, 0));
        Assert.Equal(0, Rpmem.SetAttributes(pool, ReplicaBench.Attributes));
        Assert.Equal(0, Rpmem.Close(pool));
    }

    [Theory]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(false, false)]
    public void Every_word_of_the_header_is_protected_exactly_when_there_is_one(bool hasHeaders, bool isRelaxed)
    {
        using var bench = new ReplicaBench();
        bench.WriteSet(option: hasHeaders ? "" : "NOHDRS");
        uint lanes = 1;
        RpmemPool pool = new Rpmem(t => ToTransport(bench, t)).Create(
            Host, ReplicaBench.Name, bench.Local, ReplicaBench.WindowBytes, ref lanes, hasHeaders ? ReplicaBench.Attributes : null)!;

        for (long offset = 0; offset < 4096; offset += 8)
        {
            Assert.Equal(hasHeaders ? -1 : 0, Rpmem.Persist(pool, offset, 8, 0, isRelaxed ? 1 : 0));
        }

        Assert.Equal(0, Rpmem.Close(pool));
    }

    [Fact]
    public void The_loss_of_the_target_is_a_reset_of_every_call_and_of_close()
    {
        using var bench = new ReplicaBench();
        bench.WriteSet();
        uint lanes = 1;
        RpmemPool pool = new Rpmem(t => ToTransport(bench, t)).Create(
            Host, ReplicaBench.Name, bench.Local, ReplicaBench.WindowBytes, ref lanes, ReplicaBench.Attributes)!;
        bench.Server.Dispose();

        foreach (Func<int> call in new Func<int>[]
        {
            () => Rpmem.Persist(pool, 4096, 8, 0, 0), () => Rpmem.Read(pool, new byte[8], 0, 0), () => Rpmem.Drain(pool, 0, 0),
            () => Rpmem.SetAttributes(pool, ReplicaBench.Attributes), () => Rpmem.Close(pool),
        })
        {
            Assert.Equal(-1, call());
            Assert.Equal(RemoteErrno.ConnectionReset, Rpmem.LastError);
        }
    }

    [Theory]
    [InlineData(4, Errno.Invalid)]
    [InlineData(-1, Errno.Invalid)]
    public void Remove_refuses_unknown_flags_without_asking(int flags, int errno)
    {
        Rpmem rpmem = new(_ => throw new InvalidOperationException("asked"));

        Assert.Equal(-1, rpmem.Remove(Host, ReplicaBench.Name, flags));
        Assert.Equal(errno, Rpmem.LastError);
    }

    [Fact]
    public void Remove_of_an_absolute_name_is_a_bad_descriptor()
    {
        using var bench = new ReplicaBench();

        Assert.Equal(-1, new Rpmem(t => ToTransport(bench, t)).Remove(Host, "/pool.set", 0));
        Assert.Equal(Errno.BadDescriptor, Rpmem.LastError);
    }

    [Theory]
    [InlineData(1, 0, true)]
    [InlineData(1, 3, true)]
    [InlineData(1, 4, false)]
    [InlineData(2, 0, false)]
    [InlineData(0, 3, false)]
    public void The_version_is_one_point_three(int major, int minor, bool isOffered) =>
        Assert.Equal(isOffered, Rpmem.CheckVersion(major, minor) is null);

    [Theory]
    [InlineData("host", null, "host", null)]
    [InlineData("user@host", "user", "host", null)]
    [InlineData("host:1234", null, "host", "1234")]
    [InlineData("user@host:1234", "user", "host", "1234")]
    [InlineData("192.168.0.1", null, "192.168.0.1", null)]
    [InlineData("user@192.168.0.1:22", "user", "192.168.0.1", "22")]
    [InlineData("::1", null, "::1", null)]
    [InlineData("user@::1", "user", "::1", null)]
    [InlineData("[::1]:22", null, "::1", "22")]
    [InlineData("user@[::1]:22", "user", "::1", "22")]
    public void Addresses_are_read_as_librpmem_reads_them(string text, string? user, string host, string? port) =>
        Assert.Equal(new RpmemTarget(user, host, port), RpmemTarget.Parse(text));

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("ho st")]
    [InlineData("user@")]
    [InlineData("@host")]
    [InlineData("user@@host")]
    [InlineData("host::22")]
    [InlineData("user@host::22")]
    [InlineData("ho|st")]
    [InlineData(".host")]
    [InlineData("host:")]
    [InlineData("[::1")]
    [InlineData("[::1]22")]
    [InlineData("[]:22")]
    [InlineData("host;reboot")]
    public void Malformed_addresses_are_refused(string text) =>
        Assert.Throws<FormatException>(() => RpmemTarget.Parse(text));

    private static IReplicaTransport ToTransport(ReplicaBench bench, RpmemTarget target)
    {
        int port = target.PortOr(ReplicaTransports.DefaultPort);
        return target.Host switch
        {
            Host => bench.Transport,
            "deaf" => ReplicaTransports.Unix(bench.Directory.File("nobody")),
            _ => ReplicaTransports.Tcp(target.Host, port, isTrusted: true),
        };
    }
}
