using System.Diagnostics;
using PmemTyped.Mapping;
using PmemTyped.Testing;

namespace PmemTyped.Blocks.Tests;

/// <summary>A pool is open once, in this process or in another.</summary>
public sealed class InUseTests : IDisposable
{
    private readonly TempDirectory _directory = TempDirectory.CreateInMemory();

    private string PathOfPool => _directory.File("pool");

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void Whatever_is_done_to_an_open_pool_elsewhere_is_refused_until_it_is_closed()
    {
        using (BlockPool pool = BlockPool.Create(PathOfPool, 512, BlockPool.MinPoolBytes))
        {
            AssertInUse();
            pool.Write(0, SoundPool.Content(0));
        }

        using (BlockPool pool = BlockPool.Open(PathOfPool))
        {
            AssertInUse();
        }

        Assert.True(BlockPool.Check(PathOfPool).IsConsistent);
    }

    [ProgramFact("flock")]
    public async Task A_pool_that_another_process_has_locked_is_refused()
    {
        BlockPool.Create(PathOfPool, 512, BlockPool.MinPoolBytes).Dispose();
        var start = new ProcessStartInfo("flock", ["-n", "-x", PathOfPool, "cat"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        using Process holder = Process.Start(start)!;

        // The echo comes after the lock.
        await holder.StandardInput.WriteLineAsync("locked");
        await holder.StandardInput.FlushAsync();
        Assert.Equal("locked", await holder.StandardOutput.ReadLineAsync());
        AssertInUse();

        holder.StandardInput.Close();
        await holder.WaitForExitAsync();
        Assert.Equal(0, holder.ExitCode);
        BlockPool.Open(PathOfPool).Dispose();
    }

    [ProgramFact("flock")]
    public async Task Another_process_cannot_lock_an_open_pool()
    {
        using BlockPool pool = BlockPool.Create(PathOfPool, 512, BlockPool.MinPoolBytes);
        using Process shared = Process.Start("flock", ["-n", "-s", PathOfPool, "true"]);
        await shared.WaitForExitAsync();
        Assert.Equal(1, shared.ExitCode);
    }

    private void AssertInUse()
    {
        byte[] before = Bytes();
        Action[] uses =
        [
            () => BlockPool.Open(PathOfPool),
            () => BlockPool.Check(PathOfPool),
            () => BlockPool.Describe(PathOfPool),
            () => BlockPool.CreateInFile(PathOfPool, 512),
        ];
        foreach (Action use in uses)
        {
            var refusal = Assert.Throws<PmemInUseException>(use);
            Assert.Contains(PathOfPool, refusal.Message, StringComparison.Ordinal);
            Assert.Contains("Close it there first", refusal.Message, StringComparison.Ordinal);
        }

        Assert.True(Bytes().AsSpan().SequenceEqual(before), "the file was changed");
    }

    // A file stream would ask for the lock too; a second map does not.
    private byte[] Bytes()
    {
        using PmemSource source = PmemSource.Open(PathOfPool, writable: false);
        using PmemMap map = PmemMap.Map(source, new PmemMapConfig { Protection = MapProtection.Read });
        using scoped PmemMapLease lease = map.Lease();
        return lease.Window(0, (int)lease.LengthBytes).ToArray();
    }
}
