using System.Runtime.InteropServices;
using System.Text.Json;
using PmemTyped.Blocks;
using PmemTyped.Testing;

namespace PmemTyped.Tool.Tests;

public sealed class CheckVerbTests : IDisposable
{
    private readonly TempDirectory _directory = TempDirectory.CreateInMemory();

    public static TheoryData<string> SingleArenaNames =>
        [.. GoldenPool.All.Where(p => !p.IsMultiArena).Select(p => p.Name)];

    public void Dispose() => _directory.Dispose();

    [Theory]
    [MemberData(nameof(SingleArenaNames))]
    public void The_answer_is_the_one_of_the_real_tool_and_changes_no_byte(string name)
    {
        GoldenPool golden = GoldenPool.Named(name);
        string path = golden.Extract(_directory);
        ToolRun run = ToolRun.Of("check", path);

        Assert.Empty(run.Error);
        Assert.Equal(golden.PmempoolCheckPasses ? 0 : 1, run.ExitCode);
        Assert.Equal(
            golden.PmempoolCheckPasses ? $"{path}: consistent" : $"{path}: not consistent", run.OutputLines[^1]);
        Assert.Equal(golden.PmempoolCheckPasses, run.OutputLines.Count == 1);
        Assert.Equal(golden.ImageHash, SamplePool.HashOf(path));
    }

    [PmempoolTheory]
    [MemberData(nameof(SingleArenaNames))]
    public async Task The_exit_code_is_the_one_of_pmempool_here_and_now(string name)
    {
        string path = GoldenPool.Named(name).Extract(_directory);
        ToolRun theirs = await ToolProcess.Run("pmempool", "check", path);
        Assert.Equal(theirs.ExitCode, ToolRun.Of("check", path).ExitCode);
    }

    [PmempoolTheory]
    [InlineData("512", null)]
    [InlineData("4K", "20M")]
    public async Task A_pool_that_was_made_and_written_here_is_consistent_for_pmempool(string blockSize, string? size)
    {
        string path = _directory.File("a.pool");
        string[] option = size is null ? [] : ["--size", size];
        Assert.Equal(0, ToolRun.Of(["create", "blk", blockSize, path, .. option]).ExitCode);
        Assert.Equal(0, ToolRun.Of("x"u8.ToArray(), "write", path, "1", "--pad").ExitCode);

        ToolRun theirs = await ToolProcess.Run("pmempool", "check", "-v", path);
        Assert.Equal($"{path}: consistent", theirs.OutputLines[^1]);
    }

    [Fact]
    public void A_finding_is_one_line_that_says_what_where_and_what_next()
    {
        string path = SamplePool.Create(_directory);
        SamplePool.Flip(path, 100);
        string before = SamplePool.HashOf(path);
        ToolRun run = ToolRun.Of("check", path);

        Assert.Equal((1, string.Empty), (run.ExitCode, run.Error));
        Assert.Equal(2, run.OutputLines.Count);
        Assert.Matches(
            "^pool header checksum at offset 0xFF8: expected 0x[0-9A-F]+, found 0x[0-9A-F]+\\. Restore .+\\.$",
            run.OutputLines[0]);
        Assert.Equal($"{path}: not consistent", run.OutputLines[1]);
        Assert.Equal(before, SamplePool.HashOf(path));
    }

    [Fact]
    public void Json_says_the_same_as_the_library()
    {
        string path = SamplePool.Create(_directory);
        ArenaDescription arena = Assert.Single(BlockPool.Describe(path).Arenas);
        SamplePool.Flip(path, arena.InfoCopyOffset + 1);
        BlockPoolReport report = BlockPool.Check(path);
        ToolRun run = ToolRun.Of("check", path, "--json");

        Assert.Equal((1, string.Empty), (run.ExitCode, run.Error));
        using JsonDocument document = JsonDocument.Parse(run.Output);
        JsonElement json = document.RootElement;
        Assert.Equal(
            ["path", "isConsistent", "isLaidOut", "blocksChecked", "findingCount", "findings"],
            json.EnumerateObject().Select(m => m.Name));
        Assert.Equal(path, json.GetProperty("path").GetString());
        Assert.False(json.GetProperty("isConsistent").GetBoolean());
        Assert.True(json.GetProperty("isLaidOut").GetBoolean());
        Assert.Equal(SamplePool.BlockCount, json.GetProperty("blocksChecked").GetInt64());
        Assert.Equal(1, json.GetProperty("findingCount").GetInt64());
        JsonElement finding = Assert.Single(json.GetProperty("findings").EnumerateArray());
        Assert.Equal("corruption", finding.GetProperty("kind").GetString());
        Assert.Equal(arena.InfoCopyOffset, finding.GetProperty("offset").GetInt64());
        Assert.Equal(report.Findings[0].Structure, finding.GetProperty("structure").GetString());
        Assert.Equal(report.Findings[0].Expected, finding.GetProperty("expected").GetString());
        Assert.Equal(report.Findings[0].Found, finding.GetProperty("found").GetString());
        Assert.Equal(report.Findings[0].NextStep, finding.GetProperty("nextStep").GetString());
    }

    [Fact]
    public void Json_of_a_consistent_pool_has_no_findings()
    {
        ToolRun run = ToolRun.Of("check", SamplePool.Create(_directory), "--json");
        using JsonDocument document = JsonDocument.Parse(run.Output);
        Assert.Equal(0, run.ExitCode);
        Assert.True(document.RootElement.GetProperty("isConsistent").GetBoolean());
        Assert.Equal(0, document.RootElement.GetProperty("findings").GetArrayLength());
    }

    [Fact]
    public void More_findings_than_are_listed_are_counted()
    {
        string path = SamplePool.Create(_directory);
        long map = BlockPool.Describe(path).Arenas[0].MapOffset;
        uint[] entries = [.. Enumerable.Repeat(0xC000_0000u, 2000)];
        SamplePool.Overwrite(path, map, MemoryMarshal.AsBytes(entries.AsSpan()));
        ToolRun run = ToolRun.Of("check", path);

        Assert.Equal(1, run.ExitCode);
        Assert.Equal(BlockPoolReport.MaxFindings + 2, run.OutputLines.Count);
        Assert.Equal(
            $"and {BlockPool.Check(path).FindingCount - BlockPoolReport.MaxFindings} more", run.OutputLines[^2]);
    }

    [Fact]
    public void A_foreign_file_is_not_consistent_whatever_its_size()
    {
        string small = _directory.File("small");
        File.WriteAllText(small, "no pool");
        string empty = _directory.File("empty");
        File.WriteAllText(empty, string.Empty);
        string large = _directory.File("large");
        File.WriteAllText(large, "no pool");
        using (FileStream file = File.OpenWrite(large))
        {
            file.SetLength(BlockPool.MinPoolBytes);
        }

        Assert.All([small, empty, large], path =>
        {
            ToolRun run = ToolRun.Of("check", path);
            Assert.Equal((1, string.Empty), (run.ExitCode, run.Error));
            Assert.Equal(2, run.OutputLines.Count);
            Assert.Equal($"{path}: not consistent", run.OutputLines[1]);
        });
    }

    [Fact]
    public void A_foreign_file_is_told_from_a_damaged_one_in_json()
    {
        string path = _directory.File("small");
        File.WriteAllText(path, "no pool");
        ToolRun run = ToolRun.Of("check", path, "--json");
        using JsonDocument document = JsonDocument.Parse(run.Output);
        JsonElement finding = Assert.Single(document.RootElement.GetProperty("findings").EnumerateArray());
        Assert.Equal("format", finding.GetProperty("kind").GetString());
        Assert.Equal("7", finding.GetProperty("found").GetString());
    }

    [Theory]
    [InlineData("b520-20m.pool", 18 << 20)]
    [InlineData("b520-20m.pool", (20 << 20) - 4096)]
    [InlineData("b512-min-mixed.pool", 1 << 20)]
    public void A_truncated_pool_is_not_consistent(string name, long length)
    {
        string path = GoldenPool.Named(name).Extract(_directory);
        using (FileStream file = File.OpenWrite(path))
        {
            file.SetLength(length);
        }

        ToolRun run = ToolRun.Of("check", path);
        Assert.Equal((1, string.Empty), (run.ExitCode, run.Error));
        Assert.Equal($"{path}: not consistent", run.OutputLines[^1]);
    }
}
