using System.Diagnostics;
using System.Globalization;
using System.Text;
using PmemTyped.Mapping;
using PmemTyped.Replication;
using PmemTyped.Replication.Ssh;
using PmemTyped.Testing;

namespace PmemTyped.Tool.Tests;

/// <summary>Pools over ssh, with a script in its place: what works, and how each failure ends.</summary>
public sealed class SshTransportTests : IDisposable
{
    private const long PoolBytes = 2 << 20;
    private const string Name = "a.set";
    private readonly TempDirectory _directory = TempDirectory.CreateInMemory();
    private readonly PmemSource _source = PmemSource.Anonymous(PoolBytes);
    private readonly PmemMap _map;

    public SshTransportTests()
    {
        _map = PmemMap.Map(_source);
        File.WriteAllText(_directory.File(Name), $"PMEMPOOLSET\n2M {_directory.File("a.part")}\n");
        File.WriteAllText(
            _directory.File("target.json"),
            """{ "pools": ".", "rights": [ { "identity": "alice", "may": [ "all" ] } ] }""");
        FakeSsh.Command(Serve);
    }

    private string Serve => FakeSsh.ServeCommand($"--config {_directory.File("target.json")} --identity alice");

    public void Dispose()
    {
        _map.Dispose();
        _source.Dispose();
        _directory.Dispose();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_pool_works_through_it_and_nothing_is_left(bool usesStdioOnly)
    {
        using var ssh = new FakeSsh(_directory);
        var transport = new SshTransport(RpmemTarget.Parse("host"), SshCommand.OfEnvironment(), usesStdioOnly);
        SshSession session;
        using (RemotePool pool = RemotePool.Create(transport, Name, _map, Attributes, new RemotePoolOptions { Lanes = 3 }))
        {
            session = transport.Session!;
            Fill(4096, 1 << 20, 7);
            for (int lane = 0; lane < 3; lane++)
            {
                pool.Persist(4096 + (lane << 16), 1 << 19, lane);
            }

            byte[] read = new byte[1 << 19];
            pool.Read(4096 + (2 << 16), read, lane: 2);
            Assert.All(read, b => Assert.Equal(7, b));
            Assert.NotEmpty(ssh.Left);
        }

        Assert.Equal(usesStdioOnly ? 0 : 3, session.LanesBeside);
        Assert.Empty(ssh.Left);
        Assert.Equal(PoolBytes, RemotePool.Stat(transport, Name).LimitBytes);
        Assert.Empty(ssh.Left);
    }

    [Theory]
    [InlineData("", "--no-lanes")]
    [InlineData("SSH_CONNECTION='192.0.2.9 1 192.0.2.1 22' ", "")]
    public void Lanes_go_through_ssh_where_no_port_can_be_opened(string environment, string option)
    {
        using var ssh = new FakeSsh(_directory);
        FakeSsh.Command($"{environment}{Serve} {option}");
        var transport = new SshTransport(RpmemTarget.Parse("host"), SshCommand.OfEnvironment(), usesStdioOnly: false);
        using RemotePool pool = RemotePool.Create(transport, Name, _map, Attributes);
        pool.Persist(4096, 64);
        Assert.Equal(0, transport.Session!.LanesBeside);
    }

    [Fact]
    public void Nothing_of_a_name_reaches_a_shell()
    {
        string odd = $"a'; touch '{_directory.File("owned").Replace("/", "\u2215", StringComparison.Ordinal)}'; $(touch owned).set";
        File.Copy(_directory.File(Name), _directory.File(odd));
        using var ssh = new FakeSsh(_directory);

        RemotePool.Create("alice@host:2222", odd, _map, Attributes).Dispose();

        Assert.False(File.Exists(_directory.File("owned")) || File.Exists("owned"));
        Assert.Equal(
            ["-T", "-oBatchMode=yes", "-oControlMaster=no", "-p", "2222", "-l", "alice", "--", "host", Serve],
            File.ReadAllLines(ssh.Arguments));
    }

    [Fact]
    public void Several_commands_are_used_in_turn()
    {
        using var ssh = new FakeSsh(_directory);
        FakeSsh.Command("exit 3|exit 4");
        string[] told = [.. Enumerable.Range(0, 4).Select(_ => Refused("host").Message)];

        Assert.Contains("status 3", told[0] + told[1], StringComparison.Ordinal);
        Assert.Contains("status 4", told[0] + told[1], StringComparison.Ordinal);
        Assert.Equal(told[0], told[2]);
        Assert.Equal(told[1], told[3]);
    }

    [Theory]
    [InlineData("for last; do :; done; exec sh -c '/nowhere/pmt target serve --stdio'", RemoteErrno.ConnectionReset, "status 127", "Install the tool there")]
    [InlineData("echo 'Permission denied (publickey).' >&2; exit 255", RemoteErrno.ConnectionReset, "status 255, and said: Permission denied (publickey).", "without a question")]
    [InlineData("read line; echo 'pmemtyped-trunk 2 - - 0'; sleep 1000", RemoteErrno.ProtocolNotSupported, "speaks version 2 of the trunk", "Update one of them")]
    [InlineData("echo 'Welcome to this host!'; sleep 1000", RemoteErrno.Protocol, "Something other than the tool answered: 'Welcome to this host!'", "greeting")]
    [InlineData("exit 0", RemoteErrno.ConnectionReset, "status 0", "without a message")]
    [InlineData("head -c 100000 /dev/zero; sleep 1000", RemoteErrno.Protocol, "Something other than the tool answered", "greeting")]
    [InlineData("echo 'pmemtyped-trunk 1 zz - 0'; sleep 1000", RemoteErrno.Protocol, "said what makes no sense", "pmemtyped-trunk 1 zz")]
    public void Each_failure_is_told_and_leaves_no_child(string does, int errno, string what, string hint)
    {
        using var ssh = new FakeSsh(_directory, does);

        RemotePoolException refused = Refused("host");

        Assert.Equal((errno, RemoteStage.Connect), (refused.Errno, refused.Stage));
        Assert.Contains(what, refused.Message, StringComparison.Ordinal);
        Assert.Contains(hint, refused.Message, StringComparison.Ordinal);
        Assert.Single(ssh.Started);
        Assert.Empty(ssh.Left);
    }

    [Fact]
    public void A_client_that_hangs_is_ended_at_the_deadline_with_what_it_started()
    {
        using var ssh = new FakeSsh(_directory, "sleep 1000 & echo $! >> \"$(dirname \"$0\")/processes\"; wait");
        Stopwatch watch = Stopwatch.StartNew();

        RemotePoolException refused = Refused("host", TimeSpan.FromSeconds(1));

        Assert.Equal(RemoteErrno.TimedOut, refused.Errno);
        Assert.InRange(watch.Elapsed.TotalSeconds, 0.9, 20);
        Assert.Equal(2, ssh.Started.Count());

        // What the client started is killed with it, but only init waits for that.
        Assert.True(SpinWait.SpinUntil(() => ssh.Left.Count == 0, TimeSpan.FromSeconds(10)));
    }

    [Fact]
    public void A_client_that_does_not_exist_is_told()
    {
        using var ssh = new FakeSsh(_directory);
        Environment.SetEnvironmentVariable(SshCommand.ProgramVariable, "/nowhere/ssh");
        Assert.Contains("'/nowhere/ssh' cannot be started", Refused("host").Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_client_that_freezes_is_noticed_by_the_missing_signs_of_life_and_ended()
    {
        using var ssh = new FakeSsh(_directory);
        FakeSsh.Command($"{Serve} --no-lanes");
        var options = new RemotePoolOptions { HeartbeatInterval = TimeSpan.FromMilliseconds(200), OperationTimeout = TimeSpan.Zero };
        using (RemotePool pool = RemotePool.Create("host", Name, _map, Attributes, options))
        {
            using Process stop = Process.Start("kill", ["-STOP", ssh.Started.Single().ToString(CultureInfo.InvariantCulture)]);
            stop.WaitForExit();

            Assert.True(Assert.Throws<RemotePoolException>(() => pool.Persist(4096, 64)).IsFatal);
        }

        Assert.Empty(ssh.Left);
    }

    [Fact]
    public void A_client_that_is_killed_ends_the_handle_and_the_pool_can_be_opened_again()
    {
        using var ssh = new FakeSsh(_directory);
        using (RemotePool pool = Create("host"))
        {
            pool.Persist(4096, 64);
            using Process kill = Process.Start("kill", ["-9", ssh.Started.Single().ToString(CultureInfo.InvariantCulture)]);
            kill.WaitForExit();

            RemotePoolException lost = Assert.Throws<RemotePoolException>(() => PersistUntilItFails(pool));
            Assert.True(lost.IsFatal);
        }

        Assert.Empty(ssh.Left);
        RemotePool? again = null;
        Assert.True(SpinWait.SpinUntil(() => (again = TryOpen()) is not null, TimeSpan.FromSeconds(20)));
        again!.Dispose();
    }

    [Fact]
    public async Task The_tool_tells_an_initiator_of_another_version_which_one_it_speaks()
    {
        using Process process = ToolProcess.StartTool("target", "serve", "--stdio", "--config", _directory.File("target.json"));
        ToolRun run = await ToolProcess.Complete(process, Encoding.ASCII.GetBytes("pmemtyped-trunk 9 - - 0\n"));

        Assert.Equal((2, "pmemtyped-trunk 1 - - 0\n"), (run.ExitCode, run.Output));
        Assert.Contains("speaks version 9", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_tool_can_be_interrupted_while_nobody_speaks_to_it()
    {
        using Process process = ToolProcess.StartTool("target", "serve", "--stdio");
        for (int i = 0; i < 100 && !process.HasExited; i++)
        {
            using Process kill = Process.Start("kill", ["-s", "TERM", process.Id.ToString(CultureInfo.InvariantCulture)]);
            await kill.WaitForExitAsync();
            await Task.Delay(100);
        }

        Assert.True(process.HasExited);
    }

    [Fact]
    public void Rights_are_those_of_the_name_that_ssh_gave()
    {
        using var ssh = new FakeSsh(_directory);
        FakeSsh.Command(FakeSsh.ServeCommand($"--config {_directory.File("target.json")} --identity mallory"));
        Assert.Contains("'mallory' may not create", Assert.Throws<RemotePoolException>(() => Create("host")).Message, StringComparison.Ordinal);
    }

    private static RemotePoolAttributes Attributes =>
        new() { Signature = 1, Major = 1, PoolSetUuid = Guid.NewGuid(), Uuid = Guid.NewGuid() };

    private static void PersistUntilItFails(RemotePool pool)
    {
        for (int i = 0; i < 200; i++)
        {
            pool.Persist(4096, 64);
            Thread.Sleep(50);
        }
    }

    private static RemotePoolException Refused(string address, TimeSpan? time = null) => Assert.Throws<RemotePoolException>(
        () => RemotePool.Stat(ReplicaTransports.To(address), Name, new RemotePoolOptions { OpenTimeout = time ?? TimeSpan.FromSeconds(30) }));

    private RemotePool Create(string address) => RemotePool.Create(address, Name, _map, Attributes);

    private RemotePool? TryOpen()
    {
        try
        {
            return RemotePool.Open("host", Name, _map);
        }
        catch (RemotePoolException)
        {
            return null;
        }
    }

    private void Fill(long offset, long lengthBytes, byte value)
    {
        using scoped PmemMapLease lease = _map.Lease();
        lease.Fill(offset, lengthBytes, value);
    }
}
