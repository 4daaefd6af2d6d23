using System.Text.Json;
using PmemTyped.Blocks;
using PmemTyped.Testing;

namespace PmemTyped.Tool.Tests;

public sealed class RepairVerbTests : IDisposable
{
    private readonly TempDirectory _directory = TempDirectory.CreateInMemory();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void A_dry_run_says_what_would_be_changed_and_changes_nothing()
    {
        string path = Damaged(out _);
        string before = SamplePool.HashOf(path);
        ToolRun run = ToolRun.Of("check", path, "--repair", "--dry-run");

        Assert.Equal((1, string.Empty), (run.ExitCode, run.Error));
        Assert.Equal(4, run.OutputLines.Count);
        Assert.StartsWith("arena 0 info block at offset 0x2000: expected", run.OutputLines[0], StringComparison.Ordinal);
        Assert.StartsWith(
            "would restore arena 0 info block at offset 0x2000, 4096 bytes:", run.OutputLines[1], StringComparison.Ordinal);
        Assert.Equal($"{path}: consistent", run.OutputLines[2]);
        Assert.Equal("Nothing was changed; this is how it would be.", run.OutputLines[3]);
        Assert.Equal(before, SamplePool.HashOf(path));
    }

    [Fact]
    public void A_repair_restores_the_bytes_and_says_so()
    {
        string path = Damaged(out string sound);
        ToolRun run = ToolRun.Of("check", path, "-r");

        Assert.Equal((0, string.Empty), (run.ExitCode, run.Error));
        Assert.StartsWith("restored arena 0 info block at offset 0x2000", run.OutputLines[1], StringComparison.Ordinal);
        Assert.Equal($"{path}: consistent", run.OutputLines[^1]);
        Assert.Equal(sound, SamplePool.HashOf(path));
    }

    [Fact]
    public void The_backup_is_the_damaged_file()
    {
        string path = Damaged(out _);
        string before = SamplePool.HashOf(path);
        string backup = _directory.File("backup");

        Assert.Equal(0, ToolRun.Of("check", path, "-r", "-b", backup).ExitCode);
        Assert.Equal(before, SamplePool.HashOf(backup));
        Assert.NotEqual(before, SamplePool.HashOf(path));
    }

    [Fact]
    public void Without_its_backup_nothing_is_repaired()
    {
        string path = Damaged(out _);
        string before = SamplePool.HashOf(path);
        string backup = _directory.File("precious");
        File.WriteAllText(backup, "precious");

        ToolRun.Of("check", path, "-r", "-b", backup).AssertCouldNot("precious");
        Assert.Equal(before, SamplePool.HashOf(path));
        Assert.Equal("precious", File.ReadAllText(backup));
    }

    [Fact]
    public void What_is_not_certain_needs_a_second_wish()
    {
        string path = SamplePool.Create(_directory);
        long entry = BlockPool.Describe(path).Arenas[0].MapOffset + (4 * SamplePool.WrittenBlock);
        SamplePool.Overwrite(path, entry, [0xFF, 0xFF, 0xFF, 0xFF]);

        ToolRun plain = ToolRun.Of("check", path, "--repair");
        ToolRun advanced = ToolRun.Of("check", path, "--repair", "--advanced", "--json");

        Assert.Equal(1, plain.ExitCode);
        Assert.Equal($"{path}: not consistent", plain.OutputLines[^1]);
        Assert.Equal((0, string.Empty), (advanced.ExitCode, advanced.Error));
        using JsonDocument document = JsonDocument.Parse(advanced.Output);
        JsonElement json = document.RootElement;
        Assert.Equal(["path", "isApplied", "changes", "before", "after"], json.EnumerateObject().Select(m => m.Name));
        Assert.True(json.GetProperty("isApplied").GetBoolean());
        JsonElement change = Assert.Single(json.GetProperty("changes").EnumerateArray());
        Assert.Equal("arena 0 map entry 3", change.GetProperty("structure").GetString());
        Assert.Equal((entry, 4, false), (
            change.GetProperty("offset").GetInt64(),
            change.GetProperty("lengthBytes").GetInt32(),
            change.GetProperty("isCertain").GetBoolean()));
        Assert.False(json.GetProperty("before").GetProperty("isConsistent").GetBoolean());
        Assert.True(json.GetProperty("after").GetProperty("isConsistent").GetBoolean());
        using BlockPool pool = BlockPool.Open(path);
        Assert.Equal(BlockState.Error, pool.GetState(SamplePool.WrittenBlock));
    }

    [Fact]
    public void A_sound_pool_needs_no_repair()
    {
        string path = SamplePool.Create(_directory);
        string before = SamplePool.HashOf(path);
        ToolRun run = ToolRun.Of("check", path, "-r", "-a");
        Assert.Equal((0, $"{path}: consistent\n"), (run.ExitCode, run.Output));
        Assert.Equal(before, SamplePool.HashOf(path));
        Assert.Equal((0, string.Empty), (ToolRun.Of("check", path, "-q").ExitCode, ToolRun.Of("check", path, "-q").Output));
    }

    [PmempoolTheory]
    [InlineData(8192 + 64)]
    [InlineData(8)]
    [InlineData(4096)]
    public async Task A_repaired_pool_is_consistent_for_pmempool(long offset)
    {
        string path = SamplePool.Create(_directory);
        SamplePool.Flip(path, offset);
        Assert.Equal(0, ToolRun.Of("check", path, "--repair").ExitCode);
        ToolRun theirs = await ToolProcess.Run("pmempool", "check", "-v", path);
        Assert.Equal($"{path}: consistent", theirs.OutputLines[^1]);
    }

    private string Damaged(out string sound)
    {
        string path = SamplePool.Create(_directory);
        sound = SamplePool.HashOf(path);
        SamplePool.Flip(path, BlockPool.Describe(path).Arenas[0].Offset + 64);
        return path;
    }
}
