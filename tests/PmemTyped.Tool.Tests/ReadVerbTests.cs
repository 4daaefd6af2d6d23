using PmemTyped.Testing;

namespace PmemTyped.Tool.Tests;

public sealed class ReadVerbTests : IDisposable
{
    private readonly TempDirectory _directory = TempDirectory.CreateInMemory();
    private readonly string _path;

    public ReadVerbTests() => _path = SamplePool.Create(_directory);

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData]
    [InlineData("--hex")]
    public void A_block_is_printed_as_a_hex_dump(params string[] option)
    {
        ToolRun run = ToolRun.Of(["read", _path, $"{SamplePool.WrittenBlock}", .. option]);

        Assert.Equal(0, run.ExitCode);
        Assert.Empty(run.Error);
        Assert.Empty(run.Bytes);
        Assert.Equal(33, run.OutputLines.Count);
        Assert.Equal(
            "00000040  40 41 42 43 44 45 46 47  48 49 4a 4b 4c 4d 4e 4f  |@ABCDEFGHIJKLMNO|", run.OutputLines[4]);
        Assert.Equal("00000200", run.OutputLines[32]);
    }

    [Fact]
    public void Raw_prints_the_bytes_and_nothing_else()
    {
        ToolRun run = ToolRun.Of("read", _path, $"{SamplePool.WrittenBlock}", "--raw");
        Assert.Equal((0, string.Empty, string.Empty), (run.ExitCode, run.Output, run.Error));
        Assert.Equal(SamplePool.Content, run.Bytes);
    }

    [Theory]
    [InlineData(SamplePool.UntouchedBlock, "pmt: note: Block 6 was never written. It reads as zeros.\n")]
    [InlineData(SamplePool.ZeroBlock, "pmt: note: Block 4 was set to zero.\n")]
    public void A_block_without_content_reads_as_zeros_and_says_so(int block, string note)
    {
        ToolRun run = ToolRun.Of("read", _path, $"{block}", "--raw");
        Assert.Equal((0, note), (run.ExitCode, run.Error));
        Assert.Equal(new byte[SamplePool.BlockSize], run.Bytes);
    }

    [Theory]
    [InlineData("--hex")]
    [InlineData("--raw")]
    public void A_bad_block_is_the_answer_no(string option)
    {
        ToolRun run = ToolRun.Of("read", _path, $"{SamplePool.BadBlock}", option);
        Assert.Equal((1, string.Empty), (run.ExitCode, run.Output));
        Assert.Empty(run.Bytes);
        Assert.Equal(
            $"pmt: Cannot read block 5 of '{_path}': it is marked bad. Write it to make it good again.\n", run.Error);
    }

    [Theory]
    [InlineData("32202", "has no block 32202. Its blocks are 0 to 32201.")]
    [InlineData("9223372036854775807", "has no block 9223372036854775807.")]
    [InlineData("9223372036854775808", "'9223372036854775808' is not a block number")]
    [InlineData("first", "'first' is not a block number")]
    [InlineData("1.0", "'1.0' is not a block number")]
    [InlineData("-1", "'-1' is not a block number")]
    public void A_block_that_does_not_exist_cannot_be_read(string block, string because) =>
        ToolRun.Of("read", _path, block).AssertCouldNot(because);

    [Fact]
    public void The_last_block_can_be_read() =>
        Assert.Equal(0, ToolRun.Of("read", _path, $"{SamplePool.BlockCount - 1}").ExitCode);

    [Fact]
    public void Reading_a_pool_that_was_closed_changes_no_byte_of_it()
    {
        string before = SamplePool.HashOf(_path);
        for (int block = 0; block < 8; block++)
        {
            ToolRun.Of("read", _path, $"{block}");
        }

        Assert.Equal(before, SamplePool.HashOf(_path));
    }
}
