using System.Text.Json;
using PmemTyped.Blocks;
using PmemTyped.Testing;

namespace PmemTyped.Tool.Tests;

/// <summary>pmt grow: files, sets of files and of directories.</summary>
public sealed class GrowVerbTests : IDisposable
{
    private readonly TempDirectory _directory = TempDirectory.CreateInMemory();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void A_pool_in_one_file_grows()
    {
        string path = _directory.File("pool");
        BlockPool.Create(path, 4096, BlockPool.MinPoolBytes).Dispose();
        long before = BlockPool.Describe(path).BlockCount;
        using JsonDocument json = JsonDocument.Parse(ToolRun.Of("grow", "--size", "4M", "--json", path).Output);
        long after = BlockPool.Describe(path).BlockCount;
        Assert.InRange(after - before, 1000, 1024);
        Assert.Equal(after, json.RootElement.GetProperty("blockCount").GetInt64());
        Assert.Equal(after - before, json.RootElement.GetProperty("blocksGained").GetInt64());
        Assert.Equal($"{path}: 0 blocks more, {after} in all\n", ToolRun.Of("grow", path).Output);
        Assert.Equal(0, ToolRun.Of("check", path).ExitCode);
        ToolRun.Of("grow", "--size", "4M", "--part", "x", path).AssertCouldNot("--part is for pool sets");
    }

    [Fact]
    public void A_set_of_files_gets_a_part_and_one_of_directories_a_number()
    {
        string files = _directory.File("files.set");
        File.WriteAllText(files, $"PMEMPOOLSET\n# kept together\n20M {_directory.File("a")}\n");
        BlockPool.CreateInSet(files, 512).Dispose();
        ToolRun.Of("grow", "--size", "4M", files).AssertCouldNot("one for each replica");
        Assert.Equal(0, ToolRun.Of("grow", "--size", "4M", "--part", _directory.File("b"), files).ExitCode);
        Assert.Equal($"PMEMPOOLSET\n20M {_directory.File("a")}\n4M {_directory.File("b")}\n", File.ReadAllText(files));
        Assert.Equal(0, ToolRun.Of("check", files).ExitCode);

        string parts = _directory.File("parts");
        Directory.CreateDirectory(parts);
        string directory = _directory.File("directory.set");
        File.WriteAllText(directory, $"PMEMPOOLSET\nOPTION SINGLEHDR\n40M {parts}\n");
        BlockPool.CreateInSet(directory, 512).Dispose();
        Assert.Equal(0, ToolRun.Of("grow", "--size", "4M", directory).ExitCode);
        Assert.Equal(2, Directory.GetFiles(parts).Length);
        ToolRun.Of("grow", "--size", "64M", directory).AssertCouldNot("declared too small");
    }

    [Fact]
    public void What_is_no_pool_is_not_made_longer()
    {
        string path = _directory.File("text");
        File.WriteAllText(path, "no pool");
        Assert.Equal(2, ToolRun.Of("grow", "--size", "4M", path).ExitCode);
        Assert.Equal(7, new FileInfo(path).Length);
    }

    // Blocks of 512 bytes: the map does not fit behind the old end. Blocks of 16 KiB: no block fits.
    [Theory]
    [InlineData(512, "4K", 2)]
    [InlineData(16384, "4K", 0)]
    [InlineData(4096, "9223372036854775807", 2)]
    public void A_file_whose_pool_cannot_use_the_room_keeps_its_size(int blockSize, string size, int exitCode)
    {
        string path = _directory.File("pool");
        using (BlockPool pool = BlockPool.Create(path, blockSize, BlockPool.MinPoolBytes))
        {
            pool.Write(0, new byte[blockSize]);
        }

        byte[] before = File.ReadAllBytes(path);

        ToolRun run = ToolRun.Of("grow", "--size", size, path);

        Assert.Equal(exitCode, run.ExitCode);
        Assert.DoesNotContain("unexpected", run.Error, StringComparison.Ordinal);
        Assert.Equal(before.Length, new FileInfo(path).Length);
        Assert.True(before.AsSpan().SequenceEqual(File.ReadAllBytes(path)));
        Assert.True(BlockPool.Check(path).IsConsistent);
    }
}
