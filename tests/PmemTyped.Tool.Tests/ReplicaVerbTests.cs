using System.Text.Json;
using PmemTyped.Blocks;
using PmemTyped.Testing;

namespace PmemTyped.Tool.Tests;

/// <summary>pmt sync and pmt transform on a pool with replicas.</summary>
public sealed class ReplicaVerbTests : IDisposable
{
    private readonly TempDirectory _directory = TempDirectory.CreateInMemory();
    private readonly string _two;

    public ReplicaVerbTests()
    {
        _two = Write("two.set", "a", "b");
        BlockPool.CreateInSet(_two, 4096).Dispose();
    }

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void A_missing_replica_is_announced_then_rebuilt()
    {
        File.Delete(_directory.File("b"));
        ToolRun plan = ToolRun.Of("sync", "--dry-run", _two);
        Assert.Equal((1, string.Empty), (plan.ExitCode, plan.Error));
        Assert.Contains($"would rebuild replica 1, part 0, '{_directory.File("b")}': no file", plan.Output, StringComparison.Ordinal);
        Assert.False(File.Exists(_directory.File("b")));

        ToolRun done = ToolRun.Of("sync", "--json", _two);
        using JsonDocument json = JsonDocument.Parse(done.Output);
        Assert.Equal((0, 0), (done.ExitCode, json.RootElement.GetProperty("sourceReplica").GetInt32()));
        Assert.Equal("Missing", json.RootElement.GetProperty("defects")[0].GetProperty("kind").GetString());
        Assert.Equal($"{_two}: all replicas are equal\n", ToolRun.Of("sync", _two).Output);
        Assert.Equal(0, ToolRun.Of("check", _two).ExitCode);
    }

    [Fact]
    public void A_pool_without_replicas_has_nothing_to_synchronise_with()
    {
        string one = Write("one.set", "c");
        BlockPool.CreateInSet(one, 4096).Dispose();
        ToolRun.Of("sync", one).AssertCouldNot("at least two local replicas");
    }

    [Fact]
    public void A_replica_is_added_and_removed()
    {
        string three = Write("three.set", "a", "b", "c");
        ToolRun plan = ToolRun.Of("transform", "--dry-run", _two, three);
        Assert.Equal((0, $"would make '{_directory.File("c")}'\n"), (plan.ExitCode, plan.Output));
        Assert.False(File.Exists(_directory.File("c")));
        Assert.Equal(0, ToolRun.Of("transform", _two, three).ExitCode);
        Assert.Equal(0, ToolRun.Of("check", three).ExitCode);
        ToolRun removed = ToolRun.Of("transform", three, _two);
        Assert.Equal((0, $"deleted '{_directory.File("c")}'\n"), (removed.ExitCode, removed.Output));
        Assert.Equal(0, ToolRun.Of("check", _two).ExitCode);
        ToolRun.Of("transform", _two, _two).AssertCouldNot("the same ones");
    }

    [PmempoolTheory]
    [InlineData("", "OPTION SINGLEHDR\n", 8188)]
    [InlineData("OPTION SINGLEHDR\n", "", 8196)]
    public async Task What_changes_its_option_stays_a_pool_of_pmempool(string before, string after, int kibibytes)
    {
        string files = $"12M {_directory.File("c")}\n";
        string from = _directory.File("from.set");
        string to = _directory.File("to.set");
        File.WriteAllText(from, $"PMEMPOOLSET\n{before}{files}8M {_directory.File("d")}\n");
        File.WriteAllText(to, FormattableString.Invariant($"PMEMPOOLSET\n{after}{files}{kibibytes}K {_directory.File("d")}\n"));
        using (BlockPool pool = BlockPool.CreateInSet(from, SamplePool.BlockSize))
        {
            pool.Write(pool.BlockCount - 1, SamplePool.Content);
        }

        ToolRun.Of("transform", from, _two).AssertCouldNot("replicas");
        ToolRun plan = ToolRun.Of("transform", from, to, "-d");
        Assert.Equal((0, $"would rewrite '{_directory.File("c")}'\nwould rewrite '{_directory.File("d")}'\n"), (plan.ExitCode, plan.Output));
        using JsonDocument json = JsonDocument.Parse(ToolRun.Of("transform", from, to, "--json").Output);
        Assert.Equal((true, 2), (
            json.RootElement.GetProperty("isApplied").GetBoolean(), json.RootElement.GetProperty("rewritten").GetArrayLength()));
        Assert.Equal(0, (await ToolProcess.Run("pmempool", "check", to)).ExitCode);
        Assert.NotEqual(0, (await ToolProcess.Run("pmempool", "check", from)).ExitCode);
        using BlockPool moved = BlockPool.Open(to);
        byte[] content = new byte[SamplePool.BlockSize];
        moved.Read(moved.BlockCount - 1, content);
        Assert.Equal(SamplePool.Content, content);
    }

    private string Write(string name, params string[] replicas)
    {
        string path = _directory.File(name);
        File.WriteAllText(
            path, $"PMEMPOOLSET\n{string.Join("REPLICA\n", replicas.Select(r => $"20M {_directory.File(r)}\n"))}");
        return path;
    }
}
