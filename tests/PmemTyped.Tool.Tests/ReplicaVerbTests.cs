using System.Diagnostics;
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

    // At moments of no choice: while the runtime starts, while a file is copied, when all is done.
    [Fact]
    public async Task Killed_synchronisations_leave_a_sound_replica_and_the_last_one_completes_them()
    {
        const int Seed = 20261121;
        const int Kills = 12;
        var random = new Random(Seed);
        byte[] content = new byte[4096];
        random.NextBytes(content);
        using (BlockPool pool = BlockPool.Open(_two))
        {
            for (int block = 0; block < 1000; block++)
            {
                pool.Write(block, content);
            }
        }

        for (int kill = 0; kill < Kills; kill++)
        {
            File.Delete(_directory.File(kill % 2 == 0 ? "a" : "b"));
            using (Process sync = ToolProcess.StartTool("sync", _two))
            {
                // Killed a little after it made the file that is missing, or when it has ended before.
                string made = _directory.File(kill % 2 == 0 ? "a" : "b");
                while (!File.Exists(made) && !sync.HasExited)
                {
                    await Task.Yield();
                }

                Thread.SpinWait(random.Next(200_000));
                sync.Kill();
                await sync.WaitForExitAsync();
            }

            ToolRun completed = ToolRun.Of("sync", _two);
            Assert.True(completed.ExitCode == 0, $"seed {Seed}, kill {kill}: {completed.Error}");
            Assert.Equal($"{_two}: all replicas are equal\n", ToolRun.Of("sync", "--dry-run", _two).Output);
            using BlockPool pool = BlockPool.Open(_two);
            byte[] read = new byte[4096];
            pool.Read(999, read);
            Assert.Equal(content, read);
        }
    }

    private string Write(string name, params string[] replicas)
    {
        string path = _directory.File(name);
        File.WriteAllText(
            path, $"PMEMPOOLSET\n{string.Join("REPLICA\n", replicas.Select(r => $"20M {_directory.File(r)}\n"))}");
        return path;
    }
}
