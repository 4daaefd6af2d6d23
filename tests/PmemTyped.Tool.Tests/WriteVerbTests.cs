using PmemTyped.Blocks;
using PmemTyped.Testing;

namespace PmemTyped.Tool.Tests;

public sealed class WriteVerbTests : IDisposable
{
    private readonly TempDirectory _directory = TempDirectory.CreateInMemory();
    private readonly string _path;

    public WriteVerbTests() => _path = SamplePool.Create(_directory);

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData(SamplePool.WrittenBlock)]
    [InlineData(SamplePool.ZeroBlock)]
    [InlineData(SamplePool.BadBlock)]
    [InlineData(SamplePool.UntouchedBlock)]
    [InlineData((int)SamplePool.BlockCount - 1)]
    public void A_block_of_any_state_takes_the_bytes(int block)
    {
        byte[] content = [.. SamplePool.Content.Reverse()];
        ToolRun run = ToolRun.Of(content, "write", _path, $"{block}");
        Assert.Equal((0, string.Empty, string.Empty), (run.ExitCode, run.Output, run.Error));
        Assert.Equal(content, ContentOf(block));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(511)]
    public void A_short_block_is_refused_with_both_sizes_unless_padded(int given)
    {
        string before = SamplePool.HashOf(_path);
        byte[] input = SamplePool.Content[..given];
        ToolRun.Of(input, "write", _path, $"{SamplePool.WrittenBlock}")
            .AssertCouldNot($"{given} bytes were given for a block of 512. Nothing was written");
        Assert.Equal(before, SamplePool.HashOf(_path));

        Assert.Equal(0, ToolRun.Of(input, "write", _path, $"{SamplePool.UntouchedBlock}", "--pad").ExitCode);
        Assert.Equal([.. input, .. new byte[512 - given]], ContentOf(SamplePool.UntouchedBlock));
    }

    [Theory]
    [InlineData(513)]
    [InlineData(513, "--pad")]
    [InlineData(1024)]
    public void A_long_block_is_refused(int given, params string[] option)
    {
        string before = SamplePool.HashOf(_path);
        ToolRun.Of(new byte[given], ["write", _path, $"{SamplePool.WrittenBlock}", .. option])
            .AssertCouldNot("More than 512 bytes were given for a block of 512. Nothing was written.");
        Assert.Equal(before, SamplePool.HashOf(_path));
    }

    [Fact]
    public void A_block_that_does_not_exist_is_refused_before_the_input_is_read()
    {
        string before = SamplePool.HashOf(_path);
        ToolRun run = ToolRun.Of(
            () => throw new InvalidOperationException("read"), new InterruptHold(), "write", _path, "32202");
        run.AssertCouldNot("has no block 32202. Its blocks are 0 to 32201.");
        Assert.Equal(before, SamplePool.HashOf(_path));
    }

    [Fact]
    public void The_input_may_come_in_small_pieces()
    {
        using var pieces = new DribblingStream(SamplePool.Content);
        ToolRun run = ToolRun.Of(() => pieces, new InterruptHold(), "write", _path, $"{SamplePool.UntouchedBlock}");
        Assert.Equal(0, run.ExitCode);
        Assert.Equal(SamplePool.Content, ContentOf(SamplePool.UntouchedBlock));
    }

    [Fact]
    public void The_first_write_lays_the_pool_out()
    {
        string path = _directory.File("new.pool");
        ToolRun.Of("create", "blk", "1", path);
        Assert.Equal(0, ToolRun.Of("!"u8.ToArray(), "write", path, "0").ExitCode);
        Assert.True(BlockPool.Describe(path).IsLaidOut);
        Assert.Equal("!"u8.ToArray(), ToolRun.Of("read", path, "0", "--raw").Bytes);
    }

    private byte[] ContentOf(int block)
    {
        using BlockPool pool = BlockPool.Open(_path);
        byte[] content = new byte[SamplePool.BlockSize];
        Assert.Equal(BlockState.Normal, pool.TryRead(block, content));
        return content;
    }

    // As a pipe does when the writer is slow.
    private sealed class DribblingStream(byte[] content) : MemoryStream(content)
    {
        public override int Read(Span<byte> buffer) => base.Read(buffer[..Math.Min(7, buffer.Length)]);

        public override int Read(byte[] buffer, int offset, int count) =>
            base.Read(buffer, offset, Math.Min(7, count));
    }
}
