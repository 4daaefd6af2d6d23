using System.Globalization;
using PmemTyped.Blocks.Btt;

namespace PmemTyped.Blocks.Tests;

/// <summary>The geometry table of the block pool format, section 6.2: numbers of the real library, not of ours.</summary>
public sealed class GeometryTests
{
    // pool size, bsize, nblock, then per arena: ext_nlba, int_nlba, int_lba, nextoff, mapoff, flogoff, infooff
    private const string Table =
        """
        16785408 512 32202 | 32202 32458 512 0 16625664 16756736 16773120
        16785408 1 32202 | 32202 32458 512 0 16625664 16756736 16773120
        16785408 511 32202 | 32202 32458 512 0 16625664 16756736 16773120
        16785408 513 21439 | 21439 21695 768 0 16670720 16756736 16773120
        16785408 520 21439 | 21439 21695 768 0 16670720 16756736 16773120
        16785408 4096 3829 | 3829 4085 4096 0 16740352 16756736 16773120
        16785408 4160 3588 | 3588 3844 4352 0 16740352 16756736 16773120
        16785408 32256 263 | 263 519 32256 0 16752640 16756736 16773120
        16785408 32512 259 | 259 515 32512 0 16752640 16756736 16773120
        16789503 4096 3829 | 3829 4085 4096 0 16740352 16756736 16773120
        20971520 512 40315 | 40315 40571 512 0 20779008 20942848 20959232
        20971520 4096 4850 | 4850 5106 4096 0 20922368 20942848 20959232
        33554432 512 64700 | 64700 64956 512 0 33263616 33525760 33542144
        33554432 4096 7919 | 7919 8175 4096 0 33492992 33525760 33542144
        33554432 4104 7438 | 7438 7694 4352 0 33492992 33525760 33542144
        67108864 8192 7927 | 7927 8183 8192 0 67047424 67080192 67096576
        67108864 65536 767 | 767 1023 65536 0 67076096 67080192 67096576
        100000000 4096 24125 | 24125 24381 4096 0 99872768 99971072 99987456
        134217728 1024 130270 | 130270 130526 1024 0 133664768 134189056 134205440
        268435456 131072 1791 | 1791 2047 131072 0 268398592 268406784 268423168
        1073741824 512 2080567 | 2080567 2080823 512 0 1065390080 1073713152 1073729536
        1073741824 4096 261623 | 261623 261879 4096 0 1072664576 1073713152 1073729536
        1073741824 1048576 767 | 767 1023 1048576 0 1073709056 1073713152 1073729536
        1073741824 2096896 256 | 256 512 2096896 0 1073709056 1073713152 1073729536
        8589934592 4096 2094841 | 2094841 2095097 4096 0 8581525504 8589905920 8589922304
        549755813888 65536 8387839 | 8387839 8388095 65536 0 549722230784 549755785216 549755801600
        549755822080 65536 8387839 | 8387839 8388095 65536 0 549722238976 549755793408 549755809792
        549772595200 65536 8387839 | 8387839 8388095 65536 0 549722238976 549755793408 549755809792
        549772599296 4096 134090349 | 134086520 134086776 4096 549755813888 549219446784 549755793408 549755809792 | 3829 4085 4096 0 16740352 16756736 16773120
        550829555712 65536 8403965 | 8387839 8388095 65536 549755813888 549722238976 549755793408 549755809792 | 16126 16382 65536 0 1073647616 1073713152 1073729536
        644245094400 512 1248536365 | 1065417932 1065418188 512 549755813888 545494118400 549755793408 549755809792 | 183118433 183118689 512 0 93756776448 94489251840 94489268224
        644245094400 4096 157132420 | 134086520 134086776 4096 549755813888 549219446784 549755793408 549755809792 | 23045900 23046156 4096 0 94397067264 94489251840 94489268224
        1100585369600 65536 16791804 | 8387839 8388095 65536 549755813888 549722238976 549755793408 549755809792 | 8387839 8388095 65536 549755813888 549722238976 549755793408 549755809792 | 16126 16382 65536 0 1073647616 1073713152 1073729536
        1649267449856 1048576 1572087 | 524029 524285 1048576 549755813888 549753696256 549755793408 549755809792 | 524029 524285 1048576 549755813888 549753696256 549755793408 549755809792 | 524029 524285 1048576 0 549753696256 549755793408 549755809792
        """;

    public static TheoryData<string> Rows => [.. Table.Split('\n')];

    [Theory]
    [MemberData(nameof(Rows))]
    public void The_arenas_are_those_of_the_real_library(string row)
    {
        string[] parts = row.Split('|');
        long[] pool = Numbers(parts[0]);
        ArenaGeometry[] arenas = BttGeometry.Plan(BttGeometry.RoundDownToPage(pool[0]), (int)pool[1])!;

        Assert.Equal(pool[2], arenas.Sum(a => (long)a.Lbas));
        Assert.Equal(parts.Length - 1, arenas.Length);
        for (int i = 0; i < arenas.Length; i++)
        {
            ArenaGeometry arena = arenas[i];
            long[] found =
            [
                arena.Lbas,
                arena.InternalBlocks,
                arena.InternalBlockBytes,
                arena.NextDistance,
                arena.Map - arena.Start,
                arena.Flog - arena.Start,
                arena.InfoCopy - arena.Start,
            ];
            Assert.Equal(Numbers(parts[i + 1]), found);
            Assert.Equal(8192 + (i * (1L << 39)), arena.Start);
            Assert.Equal((i, 4096L, 256, (int)pool[1]), (arena.Index, arena.Data - arena.Start, arena.Lanes, arena.BlockBytes));
        }
    }

    [Theory]
    [InlineData(16785408, 32513)]
    [InlineData(16785408, int.MaxValue)]
    [InlineData(1073741824, 2096897)]
    [InlineData(549772599296, 65536)]
    public void Too_few_blocks_in_any_arena_make_no_pool(long poolBytes, int blockBytes) =>
        Assert.Null(BttGeometry.Plan(poolBytes, blockBytes));

    [Theory]
    [InlineData(1026L << 30, 512, 2134997326)]
    [InlineData(1026L << 30, 4096, 268696551)]
    [InlineData(2L << 30, 512, 4161462)]
    [InlineData(2L << 30, 520, 2781410)]
    [InlineData(2L << 30, 528, 2781410)]
    [InlineData(2L << 30, 4096, 523511)]
    [InlineData(2L << 30, 4160, 492729)]
    [InlineData(2L << 30, 4224, 492729)]
    [InlineData(2L << 30, 1 << 20, 1791)]
    [InlineData(2L << 30, 2 << 20, 767)]
    [InlineData(549772599296 - 4096, 65536, 8387839)]
    public void The_total_is_that_of_the_real_library(long poolBytes, int blockBytes, long blocks) =>
        Assert.Equal(blocks, BttGeometry.Plan(poolBytes, blockBytes)!.Sum(a => (long)a.Lbas));

    [Theory]
    [MemberData(nameof(Rows))]
    public void The_structures_of_an_arena_do_not_overlap(string row)
    {
        long[] pool = Numbers(row.Split('|')[0]);
        foreach (ArenaGeometry arena in BttGeometry.Plan(BttGeometry.RoundDownToPage(pool[0]), (int)pool[1])!)
        {
            Assert.True(arena.BlockOffset(arena.InternalBlocks - 1) + arena.InternalBlockBytes <= arena.Map);
            Assert.True(arena.Map + arena.MapBytes <= arena.Flog);
            Assert.True(arena.Flog + arena.FlogBytes <= arena.InfoCopy);
        }
    }

    [Theory]
    [InlineData(512, 1)]
    [InlineData(512, 32202)]
    [InlineData(512, 32203)]
    [InlineData(4096, 100_000)]
    [InlineData(32513, 1)]
    [InlineData(1 << 20, 2000)]
    public void The_smallest_pool_for_so_many_blocks_holds_them_and_a_page_less_does_not(int blockBytes, long blocks)
    {
        long poolBytes = BlockPool.PoolBytesFor(blockBytes, blocks);
        long Held(long bytes) => bytes < BlockPool.MinPoolBytes
            ? 0
            : BttGeometry.Plan(bytes, blockBytes)?.Sum(a => (long)a.Lbas) ?? 0;
        Assert.Equal(0, poolBytes % 4096);
        Assert.True(Held(poolBytes) >= blocks);
        Assert.True(Held(poolBytes - 4096) < blocks);
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(-1, 1)]
    [InlineData(512, 0)]
    [InlineData(512, -1)]
    [InlineData(512, long.MaxValue)]
    public void Impossible_wishes_are_refused(int blockBytes, long blocks) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => BlockPool.PoolBytesFor(blockBytes, blocks));

    private static long[] Numbers(string text) =>
        [.. text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(n => long.Parse(n, CultureInfo.InvariantCulture))];
}
