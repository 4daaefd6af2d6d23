using System.Diagnostics;
using PmemTyped.Mapping;
using PmemTyped.Replication;
using PmemTyped.Replication.Ssh;
using PmemTyped.Testing;

namespace PmemTyped.Tool.Tests;

/// <summary>Pools over the real ssh: an account and the tool are all that the other side needs.</summary>
public sealed class SshdTests : IDisposable
{
    private const long PoolBytes = 2 << 20;
    private const string Name = "a.set";
    private readonly TempDirectory _directory = TempDirectory.Create();
    private readonly PmemSource _source = PmemSource.Anonymous(PoolBytes);
    private readonly PmemMap _map;

    public SshdTests()
    {
        _map = PmemMap.Map(_source);
        File.WriteAllText(_directory.File(Name), $"PMEMPOOLSET\n2M {_directory.File("a.part")}\n");
        File.WriteAllText(
            _directory.File("target.json"),
            """{ "pools": ".", "rights": [ { "identity": "alice", "may": [ "all" ] } ] }""");
    }

    private static RemotePoolAttributes Attributes =>
        new() { Signature = 1, Major = 1, PoolSetUuid = Guid.NewGuid(), Uuid = Guid.NewGuid() };

    private string Serve => FakeSsh.ServeCommand($"--config '{_directory.File("target.json")}' --identity alice");

    public void Dispose()
    {
        _map.Dispose();
        _source.Dispose();
        _directory.Dispose();
    }

    [SshdFact]
    public void A_pool_is_created_persisted_and_opened_again_with_lanes_beside_ssh()
    {
        using var sshd = new RealSshd(_directory);
        FakeSsh.Command(Serve);
        var transport = (SshTransport)ReplicaTransports.To(sshd.Address);
        using (RemotePool pool = RemotePool.Create(transport, Name, _map, Attributes, new RemotePoolOptions { Lanes = 2 }))
        {
            pool.Persist(4096, 1 << 20);
            pool.Persist(8192, 64, lane: 1);
            Assert.Equal(2, transport.Session!.LanesBeside);
        }

        using RemotePool again = RemotePool.Open(sshd.Address, Name, _map);
        Assert.Empty(again.Verify());
    }

    [SshdFact]
    public void A_forced_command_decides_what_is_served_and_to_whom()
    {
        using var sshd = new RealSshd(_directory, $"{Serve} --no-lanes");
        FakeSsh.Command("touch owned; rm -rf everything");

        RemotePool.Create(sshd.Address, Name, _map, Attributes).Dispose();
        Assert.Equal(0, ToolRun.Of("replica", "status", sshd.Address, Name).ExitCode);
    }

    [SshdFact]
    public void A_key_that_is_refused_is_told_in_the_words_of_ssh()
    {
        using var sshd = new RealSshd(_directory);
        sshd.UseKey("other");
        FakeSsh.Command(Serve);

        RemotePoolException refused = Assert.Throws<RemotePoolException>(() => RemotePool.Stat(ReplicaTransports.To(sshd.Address), Name));

        Assert.Equal(RemoteErrno.ConnectionReset, refused.Errno);
        Assert.Contains("ended with status 255", refused.Message, StringComparison.Ordinal);
        Assert.Contains("Permission denied (publickey)", refused.Message, StringComparison.Ordinal);
    }

    [SshdFact]
    public void A_client_that_is_killed_ends_the_handle_and_the_target_lets_go_of_the_pool()
    {
        using var sshd = new RealSshd(_directory);
        FakeSsh.Command($"{Serve} --no-lanes");
        using (RemotePool pool = RemotePool.Create(
            sshd.Address, Name, _map, Attributes, new RemotePoolOptions { HeartbeatInterval = TimeSpan.FromMinutes(1) }))
        {
            using Process kill = Process.Start("kill", ["-9", File.ReadAllText(_directory.File("processes")).Trim()]);
            kill.WaitForExit();

            RemotePoolException lost = Assert.Throws<RemotePoolException>(() => pool.Persist(4096, 64));
            Assert.True(lost.IsFatal);
            Assert.Contains("ended with status 137", lost.Message, StringComparison.Ordinal);
        }

        Assert.True(SpinWait.SpinUntil(() => CanOpen(sshd.Address), TimeSpan.FromSeconds(20)));
    }

    [SshdFact]
    public void A_tool_that_is_not_there_is_told()
    {
        using var sshd = new RealSshd(_directory);
        FakeSsh.Command("/nowhere/pmt target serve --stdio");
        Assert.Contains(
            "status 127",
            Assert.Throws<RemotePoolException>(() => RemotePool.Stat(ReplicaTransports.To(sshd.Address), Name)).Message,
            StringComparison.Ordinal);
    }

    private bool CanOpen(string address)
    {
        try
        {
            RemotePool.Open(address, Name, _map).Dispose();
            return true;
        }
        catch (RemotePoolException)
        {
            return false;
        }
    }
}
