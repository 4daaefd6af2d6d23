using System.Text.Json;
using PmemTyped.Blocks;
using PmemTyped.Testing;

namespace PmemTyped.Tool.Tests;

public sealed class CreateOptionTests : IDisposable
{
    private readonly TempDirectory _directory = TempDirectory.CreateInMemory();

    private string PathOfPool => _directory.File("a.pool");

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData("600", UnixFileMode.UserRead | UnixFileMode.UserWrite)]
    [InlineData("0444", UnixFileMode.UserRead | UnixFileMode.GroupRead | UnixFileMode.OtherRead)]
    public void The_mode_is_exact(string octal, UnixFileMode expected)
    {
        Assert.Equal(0, ToolRun.Of("create", "blk", "512", PathOfPool, "--mode", octal).ExitCode);
        Assert.Equal(expected, File.GetUnixFileMode(PathOfPool));
    }

    [Fact]
    public void What_is_not_given_is_inherited()
    {
        Assert.Equal(0, ToolRun.Of("create", "blk", "4K", PathOfPool, "-s", "20M", "-m", "640").ExitCode);
        string child = _directory.File("child");
        string other = _directory.File("other");

        Assert.Equal(0, ToolRun.Of("create", "blk", child, "-i", PathOfPool).ExitCode);
        Assert.Equal(0, ToolRun.Of("create", "blk", "512", other, "-i", PathOfPool, "-m", "600").ExitCode);

        BlockPoolDescription inherited = BlockPool.Describe(child);
        Assert.Equal((4096, 20L << 20), (inherited.BlockSize, inherited.PoolBytes));
        Assert.Equal(File.GetUnixFileMode(PathOfPool), File.GetUnixFileMode(child));
        Assert.Equal((512, 20L << 20), (BlockPool.Describe(other).BlockSize, BlockPool.Describe(other).PoolBytes));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(other));
    }

    [Fact]
    public void Force_replaces_a_file_that_nobody_has_open()
    {
        File.WriteAllText(PathOfPool, "old");
        Assert.Equal(0, ToolRun.Of("create", "blk", "512", PathOfPool, "-f").ExitCode);
        using (BlockPool.Open(PathOfPool))
        {
            ToolRun.Of("create", "blk", "512", PathOfPool, "-f").AssertCouldNot("it is locked");
        }

        Assert.True(BlockPool.Check(PathOfPool).IsConsistent);
    }

    [Fact]
    public void Force_replaces_a_pool_with_the_smallest_one_and_removes_nothing_that_it_cannot_replace()
    {
        BlockPool.Create(PathOfPool, 512, 20 << 20).Dispose();
        ToolRun.Of("create", "blk", "1M", PathOfPool, "-f", "-s", "20M").AssertCouldNot("was left alone");
        Assert.Equal(512, BlockPool.Describe(PathOfPool).BlockSize);

        ToolRun run = ToolRun.Of("create", "blk", "4096", PathOfPool, "-f");

        Assert.Equal((0, string.Empty), (run.ExitCode, run.Error));
        BlockPoolDescription pool = BlockPool.Describe(PathOfPool);
        Assert.Equal((4096, BlockPool.MinPoolBytes), (pool.BlockSize, pool.PoolBytes));
    }

    [PmempoolTheory]
    [InlineData("512")]
    [InlineData("4096")]
    public async Task The_layout_is_written_as_by_pmempool(string blockSize)
    {
        string theirs = _directory.File("theirs");
        Assert.Equal(0, (await ToolProcess.Run("pmempool", "create", "-w", "blk", blockSize, theirs)).ExitCode);
        Assert.Equal(0, ToolRun.Of("create", "blk", blockSize, PathOfPool, "-w").ExitCode);
        ArenaDescription arena = BlockPool.Describe(PathOfPool).Arenas[0];
        Range tables = (int)arena.MapOffset..(int)arena.InfoCopyOffset;
        Assert.True(BlockPool.Describe(PathOfPool).IsLaidOut);
        Assert.True(File.ReadAllBytes(theirs).AsSpan(tables).SequenceEqual(File.ReadAllBytes(PathOfPool).AsSpan(tables)));
        Assert.Equal(0, (await ToolProcess.Run("pmempool", "check", PathOfPool)).ExitCode);
    }

    [Fact]
    public void A_file_of_zeros_becomes_a_pool_and_keeps_size_and_mode()
    {
        using (FileStream file = File.Create(PathOfPool))
        {
            file.SetLength(18 << 20);
        }

        File.SetUnixFileMode(PathOfPool, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        Assert.Equal(0, ToolRun.Of("create", "blk", "512", PathOfPool).ExitCode);
        Assert.Equal(18L << 20, BlockPool.Describe(PathOfPool).PoolBytes);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(PathOfPool));
        ToolRun.Of("create", "blk", "512", PathOfPool).AssertCouldNot("first page");
    }

    [SmallDiskFact]
    public void The_largest_pool_takes_what_the_file_system_has_left()
    {
        using SmallDisk disk = SmallDisk.Mount();
        string path = disk.File("a.pool");
        ToolRun run = ToolRun.Of("create", "blk", "512", path, "-M");
        run.AssertCouldNot("is too small; the minimum is 16785408");
        Assert.Matches("A pool of (7|8)[0-9]{6} bytes", run.Error);
        Assert.False(File.Exists(path));
    }

    [Fact]
    public void Json_tells_what_was_made()
    {
        ToolRun run = ToolRun.Of("create", "blk", "512", PathOfPool, "--json", "-v");
        Assert.Contains("mode 0664", run.Error, StringComparison.Ordinal);
        using JsonDocument document = JsonDocument.Parse(run.Output);
        Assert.Equal(
            (PathOfPool, 512, 32202L),
            (document.RootElement.GetProperty("path").GetString(),
                document.RootElement.GetProperty("blockSize").GetInt32(),
                document.RootElement.GetProperty("blockCount").GetInt64()));
    }
}
