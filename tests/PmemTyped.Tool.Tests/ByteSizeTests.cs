namespace PmemTyped.Tool.Tests;

public sealed class ByteSizeTests
{
    [Theory]
    [InlineData("0", 0)]
    [InlineData("1", 1)]
    [InlineData("512", 512)]
    [InlineData("512B", 512)]
    [InlineData("512b", 512)]
    [InlineData("4K", 4096)]
    [InlineData("4k", 4096)]
    [InlineData("4KB", 4096)]
    [InlineData("4kB", 4096)]
    [InlineData("4KiB", 4096)]
    [InlineData("4kib", 4096)]
    [InlineData("64M", 67108864)]
    [InlineData("64MIB", 67108864)]
    [InlineData("3G", 3221225472)]
    [InlineData("3gb", 3221225472)]
    [InlineData("2T", 2199023255552)]
    [InlineData("2TiB", 2199023255552)]
    [InlineData("0T", 0)]
    [InlineData("8388607T", 9223370937343148032)]
    [InlineData("9223372036854775807", long.MaxValue)]
    public void A_size_is_read_with_its_suffix(string text, long expected)
    {
        Assert.True(ByteSize.TryParse(text, out long bytes));
        Assert.Equal(expected, bytes);
    }

    [Theory]
    [InlineData("")]
    [InlineData("K")]
    [InlineData("B")]
    [InlineData("iB")]
    [InlineData("4iB")]
    [InlineData("4Q")]
    [InlineData("4P")]
    [InlineData("4KK")]
    [InlineData("4Ki")]
    [InlineData("4KiBB")]
    [InlineData("4 K")]
    [InlineData(" 4")]
    [InlineData("4K ")]
    [InlineData("-4")]
    [InlineData("+4")]
    [InlineData("1.5G")]
    [InlineData("0x10")]
    [InlineData("1,000")]
    [InlineData("8388608T")]
    [InlineData("9223372036854775808")]
    public void What_is_no_size_is_refused(string text) => Assert.False(ByteSize.TryParse(text, out _));

    [Theory]
    [InlineData(0, "0 B")]
    [InlineData(1023, "1023 B")]
    [InlineData(1024, "1.0 KiB")]
    [InlineData(16785408, "16.0 MiB")]
    [InlineData(550829555712, "513.0 GiB")]
    [InlineData(1100585369600, "1.0 TiB")]
    [InlineData(long.MaxValue, "8388608.0 TiB")]
    public void A_size_is_shown_in_its_largest_unit(long bytes, string expected) =>
        Assert.Equal(expected, ByteSize.Rounded(bytes));
}
