using System.Diagnostics;
using System.Text.RegularExpressions;
using PmemTyped.Blocks;
using PmemTyped.Replication;
using PmemTyped.Sets.PoolSets;
using PmemTyped.Testing;
using PmemTyped.Tool.Targets;

namespace PmemTyped.Tool.Tests;

/// <summary>The commands of docs/replication.md do what the page says, when they are typed as they stand there.</summary>
public sealed partial class ReplicationPageTests : IDisposable
{
    private static readonly string[] s_shell = Blocks("sh");
    private readonly TempDirectory _directory = TempDirectory.CreateInMemory();

    public ReplicationPageTests()
    {
        string tool = _directory.File("pmt");
        File.WriteAllText(tool, $"#!/bin/sh\nexec '{ToolProcess.Dotnet}' '{ToolProcess.ToolPath}' \"$@\"\n");
        File.SetUnixFileMode(tool, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task One_laptop_serves_shows_compares_and_removes_a_pool()
    {
        using Process target = Shell(s_shell[0]);
        try
        {
            string? ready = await target.StandardOutput.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(30));
            Assert.Contains("\"event\":\"ready\"", ready, StringComparison.Ordinal);
            string local = _directory.File("orders.pool");
            BlockPool.Create(local, 512, 20 << 20).Dispose();
            using (LocalPool pool = LocalPool.Open(local))
            using (var copy = RemotePool.Create(
                $"unix:{_directory.File("target.sock")}",
                "orders.set",
                pool.Map,
                new RemotePoolAttributes { Signature = 1, Major = 1, PoolSetUuid = Guid.NewGuid(), Uuid = Guid.NewGuid() }))
            {
                copy.Persist(4096, copy.WindowBytes - 4096);
            }

            using Process commands = Shell("set -e\n" + s_shell[1]);
            ToolRun run = await ToolProcess.Complete(commands, ReadOnlyMemory<byte>.Empty);
            Assert.True(run.ExitCode == 0, run.Output + run.Error);
            Assert.Contains("orders.pool: equal to orders.set at unix:target.sock", run.Output, StringComparison.Ordinal);
            Assert.Contains("removed, with its set file", run.Output, StringComparison.Ordinal);
        }
        finally
        {
            target.Kill(entireProcessTree: true);
            await target.WaitForExitAsync();
        }
    }

    [Fact]
    public async Task The_certificates_lie_where_the_page_says()
    {
        using Process commands = Shell("set -e\n" + s_shell[2]);
        ToolRun run = await ToolProcess.Complete(commands, ReadOnlyMemory<byte>.Empty);

        Assert.True(run.ExitCode == 0, run.Output + run.Error);
        Assert.All(
            (string[])["targets/target", "targets/db3", "clients/db1", "clients/db4", "authority"],
            f => Assert.True(Directory.Exists(_directory.File($"pki/{f}")), f));
        Assert.Contains("db1", File.ReadAllText(_directory.File("pki/targets/db3/target.json")), StringComparison.Ordinal);
    }

    [Fact]
    public void The_configuration_of_the_page_is_understood()
    {
        File.WriteAllText(_directory.File("target.json"), Assert.Single(Blocks("json")));
        ReplicaServerOptions options = TargetConfigFile.Load(_directory.File("target.json")).Options(_ => { });
        Assert.Equal(ReplicaRights.Stat, options.Grants![1].Rights);
    }

    [Fact]
    public async Task Status_over_tls_works_with_the_identity_of_a_client()
    {
        Assert.Equal(0, ToolRun.Of("target", "init", _directory.File("pki"), "--listen", "127.0.0.1:0", "--client", "db1").ExitCode);
        string served = _directory.File("pki/targets/target");
        Directory.CreateDirectory(Path.Combine(served, "pools", "orders"));
        string set = Path.Combine(served, "pools", "orders", "a.set");
        await File.WriteAllTextAsync(set, $"PMEMPOOLSET\nOPTION NOHDRS\n2M {Path.ChangeExtension(set, "part")}\n");
        await File.WriteAllBytesAsync(Path.ChangeExtension(set, "part"), new byte[2 << 20]);
        using var target = TargetProcess.Start(Path.Combine(served, "target.json"));

        string command = s_shell[3]
            .Replace("tls:db2.example", $"tls:localhost:{target.Address.Split(':')[^1]}", StringComparison.Ordinal)
            .Replace("/etc/pmt/db1", _directory.File("pki/clients/db1"), StringComparison.Ordinal);
        using Process status = Shell(command);
        ToolRun run = await ToolProcess.Complete(status, ReadOnlyMemory<byte>.Empty);

        Assert.True(run.ExitCode == 0, run.Output + run.Error);
        Assert.Contains("2097152 bytes", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_second_machine_is_promoted_and_brings_the_others_up_to_date()
    {
        ReplicaServer[] targets = [.. Enumerable.Range(1, 3).Select(n =>
        {
            string folder = Directory.CreateDirectory(_directory.File($"db{n}")).FullName;
            File.WriteAllText(Path.Combine(folder, "orders.set"), $"PMEMPOOLSET\n20M {folder}/orders.part\n");
            string lines = string.Concat(Enumerable.Range(1, 3).Where(o => o != n).Select(o => $"REPLICA unix:{_directory.File($"s{o}")} orders.set\n"));
            File.WriteAllText(Path.Combine(folder, "orders.primary.set"), $"PMEMPOOLSET\n20M {folder}/orders.part\n{lines}");
            var server = new ReplicaServer(new ReplicaServerOptions { PoolSetDirectory = folder });
            server.Listen(ReplicaTransports.ListenUnix(_directory.File($"s{n}")));
            return server;
        })];
        try
        {
            Replicator.Register(node => ReplicaTransports.To(node), new ReplicaSetOptions { Policy = ReplicaPolicy.Quorum(2) });
            using (BlockPool pool = BlockPool.CreateInSet(_directory.File("db1/orders.primary.set"), 4096))
            {
                pool.Write(3, new byte[4096]);
            }

            using Process commands = Shell($"set -e\ncd '{_directory.File("db2")}'\n" + s_shell[4]);
            ToolRun run = await ToolProcess.Complete(commands, ReadOnlyMemory<byte>.Empty);

            Assert.True(run.ExitCode == 0, run.Output + run.Error);
            Assert.Contains("orders.primary.set: would be promoted: copy 2 of 3", run.Output, StringComparison.Ordinal);
            Assert.Contains("orders.primary.set: promoted: copy 2 of 3, Primary", run.Output, StringComparison.Ordinal);
            Assert.Contains("copy 1, orders.set at unix:", run.Output, StringComparison.Ordinal);
            Assert.Contains("copy 3, orders.set at unix:", run.Output, StringComparison.Ordinal);
            Assert.Equal(ReplicaRole.Replica, ReplicaPrimary.Examine(_directory.File("db1/orders.set")).Role);
            BlockPool.Open(_directory.File("db2/orders.primary.set")).Dispose();
            Assert.Throws<InvalidOperationException>(() => BlockPool.Open(_directory.File("db1/orders.primary.set")));
        }
        finally
        {
            PoolSetRemotes.Use(null);
            Array.ForEach(targets, t => t.Dispose());
        }
    }

    private static string[] Blocks(string language) =>
        [.. Fenced().Matches(File.ReadAllText(DeploymentTests.Find("docs/replication.md")))
            .Where(m => m.Groups[1].Value == language)
            .Select(m => m.Groups[2].Value)];

    private Process Shell(string text)
    {
        var start = new ProcessStartInfo("sh", ["-c", text])
        {
            WorkingDirectory = _directory.Path,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["PATH"] = $"{_directory.Path}:{Environment.GetEnvironmentVariable("PATH")}";
        return Process.Start(start)!;
    }

    [GeneratedRegex("```([a-z]+)\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Fenced();
}
