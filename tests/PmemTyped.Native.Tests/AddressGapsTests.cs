namespace PmemTyped.Native.Tests;

/// <summary>The lowest aligned gap of a list of ranges, wherever the hint lies.</summary>
public sealed class AddressGapsTests
{
    private const long TwoMiB = 2 << 20;

    private static readonly string[] s_ranges =
    [
        "00400000-00600000 r--p 00000000 00:00 0",
        "00a00000-00a01000 rw-p 00000000 00:00 0   /a file with spaces",
        "01000000-02000000 rw-p 00000000 00:00 0",
        "ffffffffff600000-ffffffffff601000 --xp 00000000 00:00 0   [vsyscall]",
    ];

    [Theory]
    [InlineData(0, 0x1000, 0x200000)]
    [InlineData(0, 0x200000, 0x200000)]
    [InlineData(0, 0x200001, 0x600000)]
    [InlineData(0x200001, 0x1000, 0x600000)]
    [InlineData(0x400000, 0x400000, 0x600000)]
    [InlineData(0x400000, 0x400001, 0x2000000)]
    [InlineData(0x600000, 0x1000, 0x600000)]
    [InlineData(0xA00000, 0x1000, 0xC00000)]
    [InlineData(0xC00000, 0x400000, 0xC00000)]
    [InlineData(0x1800000, 0x1000, 0x2000000)]
    [InlineData(0x10000000000, 0x1000, 0x10000000000)]
    public void The_gap_is_aligned_free_and_not_below_the_hint(long hint, long lengthBytes, long expected) =>
        Assert.Equal(expected, AddressGaps.Lowest(s_ranges, hint, lengthBytes, TwoMiB));

    [Theory]
    [InlineData(long.MaxValue, 0x1000)]
    [InlineData(0, long.MaxValue)]
    [InlineData(long.MaxValue - TwoMiB, TwoMiB)]
    public void Beyond_the_end_of_all_addresses_there_is_no_gap(long hint, long lengthBytes) =>
        Assert.Null(AddressGaps.Lowest(s_ranges, hint, lengthBytes, TwoMiB));

    [Fact]
    public void In_this_process_the_gap_can_be_taken()
    {
        long? gap = AddressGaps.Lowest(0x100_0000_0000, TwoMiB, TwoMiB);
        nint taken = Placeholder.TakeAt((nint)gap!.Value, TwoMiB, out _);
        Assert.Equal(gap, (long)taken);
        Assert.True(AddressGaps.Lowest(gap.Value, TwoMiB, TwoMiB) > gap);
        Assert.Equal(0, Placeholder.Release(taken, TwoMiB));
    }
}
