using System.Text.Json;
using PmemTyped.Blocks;
using PmemTyped.Testing;

namespace PmemTyped.Tool.Tests;

public sealed class DumpVerbTests : IDisposable
{
    private readonly TempDirectory _directory = TempDirectory.CreateInMemory();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void Binary_is_the_blocks_of_the_ranges_in_their_order_and_nothing_else()
    {
        ToolRun run = ToolRun.Of("dump", SamplePool.Create(_directory), "-b", "-r", "3-4,3");
        Assert.Equal((0, string.Empty), (run.ExitCode, run.Error));
        Assert.Equal([.. SamplePool.Content, .. new byte[SamplePool.BlockSize], .. SamplePool.Content], run.Bytes);
    }

    [Fact]
    public void Hex_has_a_heading_for_every_block()
    {
        ToolRun run = ToolRun.Of("dump", SamplePool.Create(_directory), "--range", "4");
        Assert.Equal(
            """
            block 4, zero
            00000000  00 00 00 00 00 00 00 00  00 00 00 00 00 00 00 00  |................|
            *
            00000200

            """,
            System.Text.Encoding.UTF8.GetString(run.Bytes));
    }

    [Fact]
    public void Text_ends_at_the_first_zero_byte()
    {
        string path = _directory.File("a.pool");
        ToolRun.Of("create", "blk", "512", path);
        ToolRun.Of("gr\u00FC\u00DFe"u8.ToArray(), "write", path, "1", "--pad");
        Assert.Equal("\ngr\u00FC\u00DFe\n\n", System.Text.Encoding.UTF8.GetString(ToolRun.Of("dump", path, "-t", "-r", "-2").Bytes));
    }

    [Fact]
    public void Json_tells_number_state_and_content_of_each_block()
    {
        ToolRun run = ToolRun.Of("dump", SamplePool.Create(_directory), "--json", "-r", "3,4");
        using JsonDocument document = JsonDocument.Parse(run.Bytes);
        Assert.Equal(
            [(3L, "normal", Convert.ToHexStringLower(SamplePool.Content)), (4L, "zero", new string('0', 2 * SamplePool.BlockSize))],
            document.RootElement.EnumerateArray().Select(b => (
                b.GetProperty("block").GetInt64(), b.GetProperty("state").GetString()!, b.GetProperty("content").GetString()!)));
    }

    [Fact]
    public void A_bad_block_ends_the_dump_behind_the_blocks_before()
    {
        ToolRun run = ToolRun.Of("dump", SamplePool.Create(_directory), "-b", "-r", "4-6");
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("block 5", run.Error, StringComparison.Ordinal);
        Assert.Equal(SamplePool.BlockSize, run.Bytes.Length);
    }

    [Fact]
    public void A_bad_block_is_the_last_element_of_a_json_dump()
    {
        string path = SamplePool.Create(_directory);
        string output = _directory.File("out");
        ToolRun run = ToolRun.Of("dump", path, "--json", "-r", "4-6");
        ToolRun file = ToolRun.Of("dump", path, "--json", "-r", "4-6", "-o", output);

        Assert.Equal((1, 1), (run.ExitCode, file.ExitCode));
        Assert.Contains("block 5", run.Error, StringComparison.Ordinal);
        Assert.Equal(run.Bytes, File.ReadAllBytes(output));
        using JsonDocument document = JsonDocument.Parse(run.Bytes);
        Assert.Equal(
            [(4L, "zero", JsonValueKind.String), (5L, "error", JsonValueKind.Null)],
            document.RootElement.EnumerateArray().Select(b => (
                b.GetProperty("block").GetInt64(), b.GetProperty("state").GetString()!, b.GetProperty("content").ValueKind)));
    }

    [Fact]
    public void The_help_shows_no_default_range_that_nobody_can_write() =>
        Assert.DoesNotContain("9223372036854775807", ToolRun.Of("dump", "--help").Output, StringComparison.Ordinal);

    [Fact]
    public void A_range_behind_the_end_is_refused_and_an_open_one_ends_there()
    {
        string path = SamplePool.Create(_directory);
        ToolRun.Of("dump", path, "-r", "32202").AssertCouldNot("has no block 32202");
        Assert.Equal(2 * SamplePool.BlockSize, ToolRun.Of("dump", path, "-b", "-r", "32200-").Bytes.Length);
        Assert.Equal(SamplePool.BlockSize, ToolRun.Of("dump", path, "-b", "-r", "32201-99999").Bytes.Length);
    }

    [Fact]
    public void The_output_goes_to_a_new_file_only()
    {
        string path = SamplePool.Create(_directory);
        string output = _directory.File("out");
        Assert.Equal(0, ToolRun.Of("dump", path, "-b", "-r", "3", "-o", output).ExitCode);
        Assert.Equal(SamplePool.Content, File.ReadAllBytes(output));
        ToolRun.Of("dump", path, "-b", "-r", "4", "-o", output).AssertCouldNot("already exists");
        Assert.Equal(SamplePool.Content, File.ReadAllBytes(output));
    }

    [Fact]
    public void A_pool_that_was_killed_is_dumped_recovered_and_not_changed()
    {
        GoldenPool golden = GoldenPool.Named("crash-flog-committed.pool");
        string path = golden.Extract(_directory);
        string recovered = _directory.File("recovered");
        File.Copy(path, recovered);
        BlockPool.Open(recovered).Dispose();

        Assert.Equal(ToolRun.Of("dump", recovered, "-b", "-r", "0-63").Bytes, ToolRun.Of("dump", path, "-b", "-r", "0-63").Bytes);
        Assert.Equal(golden.ImageHash, SamplePool.HashOf(path));
    }

    [PmempoolTheory]
    [InlineData("0-4")]
    [InlineData("3")]
    [InlineData("6-2000")]
    public async Task The_bytes_are_those_of_pmempool(string range)
    {
        string path = SamplePool.Create(_directory);
        ToolRun theirs = await ToolProcess.Run("pmempool", "dump", "-b", "-r", range, path);
        Assert.Equal(theirs.Bytes, ToolRun.Of("dump", path, "-b", "-r", range).Bytes);
    }
}
