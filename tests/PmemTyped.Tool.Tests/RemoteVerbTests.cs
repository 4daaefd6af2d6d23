using System.Text.Json;
using PmemTyped.Blocks;
using PmemTyped.Mapping;
using PmemTyped.Replication;
using PmemTyped.Testing;

namespace PmemTyped.Tool.Tests;

/// <summary>pmt replica: what a target says of its pools, how they compare with local ones, and their removal.</summary>
public sealed class RemoteVerbTests : IDisposable
{
    private const string Name = "a.set";
    private readonly TempDirectory _directory = TempDirectory.CreateInMemory();
    private readonly ReplicaServer _server;
    private readonly string _address;

    public RemoteVerbTests()
    {
        Directory.CreateDirectory(_directory.File("pools"));
        _server = new ReplicaServer(new ReplicaServerOptions { PoolSetDirectory = _directory.File("pools") });
        _address = $"unix:{_directory.File("socket")}";
        _server.Listen(ReplicaTransports.ListenUnix(_directory.File("socket")));
    }

    public void Dispose()
    {
        _server.Dispose();
        _directory.Dispose();
    }

    [Fact]
    public void Status_shows_a_pool_as_a_table_and_as_json()
    {
        Replicate(NewPool());

        ToolRun table = ToolRun.Of("replica", "status", _address, Name);
        ToolRun json = ToolRun.Of("replica", "status", _address, Name, "--json");

        Assert.Equal((0, 0), (table.ExitCode, json.ExitCode));
        Assert.Contains("in use              no", table.Output, StringComparison.Ordinal);
        Assert.Contains("headers             in each part", table.Output, StringComparison.Ordinal);
        JsonElement document = JsonDocument.Parse(json.Output).RootElement;
        Assert.Equal(BlockPool.MinPoolBytes, document.GetProperty("limitBytes").GetInt64());
        Assert.Equal("TEST", document.GetProperty("signature").GetString());
        Assert.False(document.GetProperty("isOpen").GetBoolean());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Verify_says_whether_a_pool_equals_the_local_one_and_where_not(bool isSet)
    {
        string local = isSet ? NewSet() : NewPool();
        Replicate(local);

        ToolRun equal = ToolRun.Of("replica", "verify", _address, Name, local);
        using (BlockPool pool = BlockPool.Open(local))
        {
            pool.Write(3, SamplePool.Content);
        }

        ToolRun different = ToolRun.Of("replica", "verify", _address, Name, local);
        ToolRun json = ToolRun.Of("replica", "verify", _address, Name, local, "--json");

        Assert.True(equal.ExitCode == 0, equal.Output + equal.Error);
        Assert.Contains($"{local}: equal to {Name} at {_address}", equal.Output, StringComparison.Ordinal);
        Assert.Equal((1, 1), (different.ExitCode, json.ExitCode));
        Assert.StartsWith("differs at 0x", different.OutputLines[0], StringComparison.Ordinal);
        JsonElement document = JsonDocument.Parse(json.Output).RootElement;
        Assert.False(document.GetProperty("isEqual").GetBoolean());
        Assert.NotEqual(0, document.GetProperty("differences").GetArrayLength());
    }

    [Fact]
    public void A_local_pool_that_is_longer_is_not_equal()
    {
        string local = NewPool();
        Replicate(local, BlockPool.MinPoolBytes - 4096);

        ToolRun run = ToolRun.Of("replica", "verify", _address, Name, local);

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("sizes differ", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_pool_that_somebody_has_open_is_neither_compared_nor_removed()
    {
        string local = NewPool();
        Replicate(local);
        using PmemSource source = PmemSource.Anonymous(BlockPool.MinPoolBytes);
        using PmemMap map = PmemMap.Map(source);
        using RemotePool open = RemotePool.Open(ReplicaTransports.To(_address), Name, map);

        ToolRun.Of("replica", "verify", _address, Name, local).AssertCouldNot("EBUSY");
        ToolRun.Of("replica", "remove", _address, Name, "--force").AssertCouldNot("EBUSY");
        Assert.Contains("in use              yes", ToolRun.Of("replica", "status", _address, Name).Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Remove_takes_the_parts_and_when_told_the_set_file()
    {
        Replicate(NewPool());

        ToolRun parts = ToolRun.Of("replica", "remove", _address, Name);
        ToolRun again = ToolRun.Of("replica", "remove", _address, Name);
        ToolRun all = ToolRun.Of("replica", "remove", _address, Name, "--force", "--set-file", "--json");

        Assert.Equal((0, $"{_address} {Name}: removed\n"), (parts.ExitCode, parts.Output));
        again.AssertCouldNot("ENOENT");
        Assert.Equal(0, all.ExitCode);
        Assert.Empty(Directory.GetFiles(_directory.File("pools")));
    }

    [Theory]
    [InlineData("tls:host", "needs the identity")]
    [InlineData("tls:-oX", "is no address of a target")]
    [InlineData("-oProxyCommand=x", "is no option here")]
    [InlineData("ssh:-oProxyCommand=x", "is no address of a target")]
    [InlineData("tcp:127.0.0.1:70000", "'70000' is no port")]
    [InlineData("unix:/nowhere/socket", "Cannot reach the target")]
    [InlineData("tcp:192.0.2.1", "declare the network trusted")]
    public void Addresses_that_lead_nowhere_are_refused(string address, string because) =>
        ToolRun.Of("replica", "status", address, Name).AssertCouldNot(because);

    private string NewPool()
    {
        string path = _directory.File("local.pool");
        using BlockPool pool = BlockPool.Create(path, SamplePool.BlockSize, BlockPool.MinPoolBytes);
        pool.Write(1, SamplePool.Content);
        return path;
    }

    private string NewSet()
    {
        string path = _directory.File("local.set");
        File.WriteAllText(path, $"PMEMPOOLSET\n10M {_directory.File("local.0")}\n8M {_directory.File("local.1")}\n");
        Assert.Equal(0, ToolRun.Of("create", "blk", "512", path).ExitCode);
        return path;
    }

    // Copies a pool to the target as it is.
    private void Replicate(string local, long? bytes = null)
    {
        using Targets.LocalPool pool = Targets.LocalPool.Open(local);
        long length = bytes ?? pool.Map.LengthBytes / 4096 * 4096;
        File.WriteAllText(
            Path.Combine(_directory.File("pools"), Name),
            FormattableString.Invariant($"PMEMPOOLSET\n{length} {_directory.File("pools")}/a.part\n"));
        using RemotePool remote = RemotePool.Create(
            ReplicaTransports.To(_address),
            Name,
            pool.Map,
            new RemotePoolAttributes { Signature = 0x5453_4554, Major = 1, PoolSetUuid = Guid.NewGuid(), Uuid = Guid.NewGuid() },
            new RemotePoolOptions { PoolBytes = length });
        remote.Persist(4096, length - 4096);
    }
}
