using PmemTyped.Native;

namespace PmemTyped.Mapping.Tests;

/// <summary>
/// All combinations of granularity, options and both sides of the threshold, against the rows of the specification's
/// tables, which are written down here a second time: the first row that applies decides.
/// </summary>
public sealed class StorePlanTests
{
    private const long Threshold = 256;
    private const int AllOptions = 63;

    private static readonly (StoreOptions Any, long MinBytes, StoreWay Way)[] s_lineRows =
    [
        (StoreOptions.NoFlush, 0, StoreWay.Cached),
        (StoreOptions.WriteCombining | StoreOptions.NonTemporal, 0, StoreWay.Streamed),
        (StoreOptions.WriteBack | StoreOptions.Temporal, 0, StoreWay.CachedFlushed),
        (StoreOptions.None, Threshold, StoreWay.Streamed),
        (StoreOptions.None, 0, StoreWay.CachedFlushed),
    ];

    private static readonly (StoreOptions Any, long MinBytes, StoreWay Way)[] s_byteRows =
    [
        (StoreOptions.NoFlush, 0, StoreWay.Cached),
        (StoreOptions.NonTemporal, 0, StoreWay.StreamedFenced),
        (StoreOptions.None, 0, StoreWay.Cached),
    ];

    [Theory]
    [InlineData(StoreGranularity.Page)]
    [InlineData(StoreGranularity.CacheLine)]
    [InlineData(StoreGranularity.Byte)]
    public void The_first_row_that_applies_decides(StoreGranularity granularity)
    {
        for (int options = 0; options <= AllOptions; options++)
        {
            AssertDecided(granularity, (StoreOptions)options);
        }
    }

    [Theory]
    [InlineData(0, 0, StoreWay.Streamed)]
    [InlineData(0, 1, StoreWay.CachedFlushed)]
    [InlineData(4096, long.MaxValue, StoreWay.CachedFlushed)]
    public void The_threshold_itself_streams(long lengthBytes, long threshold, StoreWay expected) => Assert.Equal(
        expected, StorePlan.WayOf(StoreGranularity.CacheLine, StoreOptions.None, lengthBytes, threshold));

    [Theory]
    [InlineData(64)]
    [InlineData(65)]
    [InlineData(-1)]
    [InlineData(int.MinValue)]
    public void An_unknown_bit_is_refused(int options)
    {
        foreach (StoreGranularity granularity in Enum.GetValues<StoreGranularity>())
        {
            var refusal = Assert.Throws<ArgumentOutOfRangeException>(
                () => StorePlan.WayOf(granularity, (StoreOptions)options, 1, Threshold));
            Assert.Contains("0x3F", refusal.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void The_numbers_are_those_of_libpmem() => Assert.Equal(
        [0, 1, 2, 4, 8, 16, 32], Enum.GetValues<StoreOptions>().Select(o => (int)o));

    private static void AssertDecided(StoreGranularity granularity, StoreOptions options)
    {
        var rows = granularity == StoreGranularity.CacheLine ? s_lineRows : s_byteRows;
        foreach (long length in (long[])[0, 1, Threshold - 1, Threshold, Threshold + 1, long.MaxValue])
        {
            StoreWay expected = rows
                .First(r => (r.Any == StoreOptions.None || (options & r.Any) != 0) && length >= r.MinBytes).Way;
            Assert.True(
                expected == StorePlan.WayOf(granularity, options, length, Threshold),
                FormattableString.Invariant($"{options}, {length} bytes: not {expected}"));
        }

        bool noFlush = options.HasFlag(StoreOptions.NoFlush);
        bool noDrain = options.HasFlag(StoreOptions.NoDrain);
        bool isPage = granularity == StoreGranularity.Page;
        Assert.Equal(isPage && !noFlush, StorePlan.SyncsPages(granularity, options));
        Assert.Equal(!isPage && !noFlush && !noDrain, StorePlan.Drains(granularity, options));
    }
}
