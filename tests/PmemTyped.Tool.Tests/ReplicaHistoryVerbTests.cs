using System.Text.Json;
using PmemTyped.Blocks;
using PmemTyped.Mapping;
using PmemTyped.Replication;
using PmemTyped.Testing;

namespace PmemTyped.Tool.Tests;

/// <summary>pmt replica resync and promote, on a pool with two replicas, each at a target of its own.</summary>
public sealed class ReplicaHistoryVerbTests : IDisposable
{
    private const string Set = "a.set";
    private const int Replicas = 2;
    private readonly TempDirectory _directory = TempDirectory.CreateInMemory();
    private readonly ReplicaServer?[] _servers = new ReplicaServer?[Replicas];
    private readonly string _local;

    public ReplicaHistoryVerbTests()
    {
        long bytes = (BlockPool.MinPoolBytes + 4095) / 4096 * 4096;
        for (int i = 0; i < Replicas; i++)
        {
            Directory.CreateDirectory(Folder(i));
            File.WriteAllText(SetOf(i), FormattableString.Invariant($"PMEMPOOLSET\n{bytes} {PartOf(i)}\n"));
            Serve(i);
        }

        _local = _directory.File("a.pool");
        BlockPool.Create(_local, 512, bytes, new BlockPoolOptions { Replicator = Replicator }).Dispose();
    }

    private Replicator Replicator => new(
        [.. Enumerable.Range(0, Replicas).Select(i => new ReplicaEndpoint(ReplicaTransports.Unix(SocketOf(i)), Set))],
        new ReplicaSetOptions { Policy = ReplicaPolicy.Quorum(2) });

    private string[] Others(int except) => [.. Enumerable.Range(-1, Replicas + 1).Where(i => i != except)
        .SelectMany(i => (string[])["--replica", i < 0 ? $"unix:{_directory.File("nobody")}" : $"unix:{SocketOf(i)}", Set])];

    public void Dispose()
    {
        for (int i = 0; i < Replicas; i++)
        {
            Stop(i);
        }

        _directory.Dispose();
    }

    [Fact]
    public void Resync_sends_what_a_replica_missed()
    {
        WriteWithoutFirst();
        string[] arguments = ["replica", "resync", _local, .. Others(except: -1)];

        ToolRun away = ToolRun.Of(arguments);
        Serve(0);
        ToolRun plain = ToolRun.Of(arguments);
        ToolRun json = ToolRun.Of([.. arguments, "--json"]);

        Assert.Equal(1, away.ExitCode);
        Assert.Contains("copy 2, a.set at unix:", away.Output, StringComparison.Ordinal);
        Assert.Contains("not brought up to date: Cannot reach the target", away.Output, StringComparison.Ordinal);
        Assert.Contains("copy 3, a.set", away.Output, StringComparison.Ordinal);
        Assert.Equal((0, string.Empty), (plain.ExitCode, plain.Error));
        Assert.Matches("copy 2, .*: equal, [0-9]+ regions compared, [1-9][0-9]* sent, ", plain.Output);
        Assert.Equal(File.ReadAllBytes(_local)[4096..], File.ReadAllBytes(PartOf(0))[4096..]);
        JsonElement document = JsonDocument.Parse(json.Output).RootElement;
        Assert.True(document.GetProperty("isEqual").GetBoolean());
        Assert.Equal(0, document.GetProperty("replicas")[0].GetProperty("regionsSent").GetInt64());
        Assert.Equal(0, ToolRun.Of("replica", "verify", $"unix:{SocketOf(0)}", Set, _local).ExitCode);
    }

    [Fact]
    public void Rm_takes_what_lies_beside_a_pool_for_its_replicas_and_nothing_else()
    {
        WriteWithoutFirst();
        string[] ours = [$"{_local}.replica", $"{_local}.missed-2", $"{_local}.missed-3"];
        string[] others = [$"{_local}.missed-4", $"{_local}.missed", $"{PartOf(1)}.replica"];
        File.WriteAllText(others[0], "a note");
        File.WriteAllText(others[1], "another one");
        Assert.All(ours, f => Assert.True(File.Exists(f), f));
        Stop(0);
        File.WriteAllText($"{PartOf(0)}.replica", "not what a target writes");

        Assert.Equal(0, ToolRun.Of("rm", _local).ExitCode);
        Assert.Equal(0, ToolRun.Of("rm", SetOf(0)).ExitCode);

        Assert.All([_local, PartOf(0), .. ours], f => Assert.False(File.Exists(f), f));
        Assert.All([.. others, $"{PartOf(0)}.replica", SetOf(0)], f => Assert.True(File.Exists(f), f));
        Stop(1);
        Assert.Equal(0, ToolRun.Of("rm", "-a", SetOf(1)).ExitCode);
        Assert.All((string[])[SetOf(1), PartOf(1), others[2]], f => Assert.False(File.Exists(f), f));
    }

    [Fact]
    public void Promote_says_what_to_do_while_the_target_holds_the_copy_for_a_writer()
    {
        using PmemSource source = PmemSource.Anonymous(BlockPool.MinPoolBytes / 4096 * 4096);
        using PmemMap map = PmemMap.Map(source);
        using RemotePool writer = RemotePool.Open($"unix:{SocketOf(0)}", Set, map);

        ToolRun run = ToolRun.Of(["replica", "promote", SetOf(0), .. Others(except: 0)]);

        run.AssertCouldNot("it lets go when the writer is gone");
        Assert.DoesNotContain("promoted", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Resync_leaves_a_pool_alone_that_is_open_or_belongs_to_no_set()
    {
        string alone = _directory.File("alone");
        BlockPool.Create(alone, 512, BlockPool.MinPoolBytes).Dispose();
        ToolRun.Of("replica", "resync", alone).AssertCouldNot("names no other copies");
        ToolRun.Of(["replica", "resync", alone, .. Others(except: -1)]).AssertCouldNot("is no primary");
        ToolRun.Of("replica", "resync", _local, "--replica", "unix:x").AssertCouldNot("replica");
        using BlockPool pool = BlockPool.Open(_local, 512, Replicator);
        ToolRun.Of(["replica", "resync", _local, .. Others(except: -1)]).AssertCouldNot("already open");
    }

    [Fact]
    public void Promote_says_what_it_would_do_and_does_it()
    {
        ReplicaMetadata before = ReplicaPrimary.Examine(SetOf(0));
        string[] arguments = ["replica", "promote", SetOf(0), .. Others(except: 0)];

        ToolRun trial = ToolRun.Of([.. arguments, "--dry-run"]);
        Assert.Equal(before, ReplicaPrimary.Examine(SetOf(0)));
        ToolRun done = ToolRun.Of([.. arguments, "--json"]);

        Assert.Equal((0, string.Empty), (trial.ExitCode, trial.Error));
        Assert.Contains("would be promoted: copy 2 of 3", trial.Output, StringComparison.Ordinal);
        JsonElement document = JsonDocument.Parse(done.Output).RootElement;
        Assert.Equal((0, true, false), (done.ExitCode, document.GetProperty("isPromoted").GetBoolean(), document.GetProperty("isForced").GetBoolean()));
        ReplicaMetadata promoted = ReplicaPrimary.Examine(SetOf(0));
        Assert.Equal((ReplicaRole.Primary, before.Generation), (promoted.Role, promoted.Previous));

        // The old one is fenced by the promise of the third copy.
        Assert.ThrowsAny<ReplicaConflictException>(() => BlockPool.Open(_local, 512, Replicator));
    }

    [Fact]
    public void Promote_refuses_a_copy_that_lacks_writes_unless_it_is_forced()
    {
        WriteWithoutFirst();
        string[] arguments = ["replica", "promote", SetOf(0), .. Others(except: 0)];
        ReplicaMetadata before = ReplicaPrimary.Examine(SetOf(0));

        ToolRun trial = ToolRun.Of([.. arguments, "--dry-run"]);
        Assert.Equal(before, ReplicaPrimary.Examine(SetOf(0)));
        ToolRun refused = ToolRun.Of(arguments);
        Assert.Equal((1, 1), (trial.ExitCode, refused.ExitCode));
        Assert.Contains("not promoted: ", refused.Output, StringComparison.Ordinal);
        Assert.Contains("newer", refused.Output, StringComparison.Ordinal);
        Assert.Equal(ReplicaRole.Replica, ReplicaPrimary.Examine(SetOf(0)).Role);

        ToolRun forced = ToolRun.Of([.. arguments, "--force"]);
        Assert.Equal(0, forced.ExitCode);
        Assert.Contains("promoted by force", forced.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_copy_that_somebody_has_open_or_that_is_none_is_not_promoted()
    {
        ToolRun.Of("replica", "promote", _directory.File("nothing"), "--replica", "unix:x", Set).AssertCouldNot("nothing");
        string alone = _directory.File("alone");
        BlockPool.Create(alone, 512, BlockPool.MinPoolBytes).Dispose();
        ToolRun none = ToolRun.Of(["replica", "promote", alone, .. Others(except: -1)]);
        Assert.Equal(1, none.ExitCode);
        Assert.Contains("belongs to no set", none.Output, StringComparison.Ordinal);
        Assert.False(File.Exists(alone + ".replica"));

        // Through its target the replica is open.
        using BlockPool pool = BlockPool.Open(_local, 512, Replicator);
        ToolRun.Of(["replica", "promote", SetOf(0), .. Others(except: 0), "--force"]).AssertCouldNot("already open");
        Assert.Equal(ReplicaRole.Replica, ReplicaPrimary.Examine(SetOf(0)).Role);
    }

    private void WriteWithoutFirst()
    {
        Stop(0);
        using BlockPool pool = BlockPool.Open(_local, 512, Replicator);
        pool.Write(3, new byte[512]);
        pool.Write(900, Enumerable.Repeat((byte)7, 512).ToArray());
    }

    private void Serve(int replica)
    {
        File.Delete(SocketOf(replica));
        _servers[replica] = new ReplicaServer(new ReplicaServerOptions { PoolSetDirectory = Folder(replica) });
        _servers[replica]!.Listen(ReplicaTransports.ListenUnix(SocketOf(replica)));
    }

    private void Stop(int replica)
    {
        _servers[replica]?.Dispose();
        _servers[replica] = null;
    }

    private string Folder(int replica) => _directory.File(FormattableString.Invariant($"target{replica}"));

    private string SetOf(int replica) => Path.Combine(Folder(replica), Set);

    private string PartOf(int replica) => Path.Combine(Folder(replica), "a.part");

    private string SocketOf(int replica) => Path.Combine(Folder(replica), "socket");
}
