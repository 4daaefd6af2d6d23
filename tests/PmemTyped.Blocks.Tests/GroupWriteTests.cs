using PmemTyped.Blocks.Btt;
using PmemTyped.Blocks.Layout;
using PmemTyped.CrashTesting;
using PmemTyped.Mapping;
using PmemTyped.Sets;
using PmemTyped.Testing;

namespace PmemTyped.Blocks.Tests;

/// <summary>Blocks that are written together: each is there, in order, through slots that are not lanes.</summary>
public sealed class GroupWriteTests
{
    [Theory]
    [InlineData(StoreGranularity.CacheLine, "ByLine")]
    [InlineData(StoreGranularity.CacheLine, "ByDrain")]
    [InlineData(StoreGranularity.Page, "ByDrain")]
    public void Every_block_of_several_groups_is_there_and_the_pool_is_sound(StoreGranularity granularity, string order)
    {
        RecordedPool pool = RecordedPool.Create(granularity, Enum.Parse<FlogEntryOrder>(order));
        long[] blocks = [.. Enumerable.Range(0, 200).Select(i => (i * 37L) % 1000)];

        for (byte round = 1; round < 4; round++)
        {
            pool.WriteMany(round, blocks);
        }

        pool = pool.Reopen();
        for (int i = 0; i < blocks.Length; i++)
        {
            Assert.Equal(RecordedPool.Content((byte)(3 + i)), pool.Read(blocks[i], out BlockState state));
            Assert.Equal(BlockState.Normal, state);
        }

        AssertSound(pool);
    }

    [Fact]
    public void Of_equal_blocks_the_last_one_counts()
    {
        RecordedPool pool = RecordedPool.Create();

        pool.WriteMany(10, 5, 6, 5, 7, 5, 6);

        Assert.Equal(RecordedPool.Content(14), pool.Read(5, out _));
        Assert.Equal(RecordedPool.Content(15), pool.Read(6, out _));
        Assert.Equal(RecordedPool.Content(13), pool.Read(7, out _));
        AssertSound(pool);
    }

    [Fact]
    public void Blocks_of_many_map_lines_and_of_one_are_locked_without_a_circle()
    {
        RecordedPool pool = RecordedPool.Create();

        // 16 entries of a line share a lock, and so do lines that are 256 apart.
        pool.WriteMany(1, [.. Enumerable.Range(0, 64).Select(i => (i * 16L * 64 % 32000) + (i % 3))]);

        AssertSound(pool);
    }

    [Fact]
    public void A_group_leaves_the_lanes_alone()
    {
        RecordedPool pool = RecordedPool.Create();
        pool.Table.Write(0, RecordedPool.Content(1));
        string before = pool.FlogEntry(0) + pool.FlogEntry(1);

        pool.WriteMany(1, 1, 2, 3);

        Assert.Equal(before, pool.FlogEntry(0) + pool.FlogEntry(1));
    }

    [Fact]
    public void Nothing_is_written_when_a_block_does_not_exist_or_the_length_is_wrong()
    {
        using var directory = TempDirectory.CreateInMemory();
        using BlockPool pool = BlockPool.Create(directory.File("pool"), 512, BlockPool.MinPoolBytes);

        Assert.Throws<ArgumentOutOfRangeException>(() => pool.WriteMany([0, pool.BlockCount], new byte[1024]));
        Assert.Throws<ArgumentOutOfRangeException>(() => pool.WriteMany([0, -1], new byte[1024]));
        Assert.Throws<ArgumentException>(() => pool.WriteMany([0, 1], new byte[1023]));
        pool.WriteMany([], []);

        Assert.False(pool.IsLaidOut);
    }

    [Theory]
    [InlineData("ByLine")]
    [InlineData("ByDrain")]
    public void A_damaged_map_entry_fails_its_own_block_and_the_others_are_written(string order)
    {
        RecordedPool pool = RecordedPool.Create(order: Enum.Parse<FlogEntryOrder>(order));
        pool.WriteMany(1, 5, 6, 7);
        uint sound = pool.MapEntry(6);
        uint damaged = BttMapEntry.Normal(RecordedPool.Arena.InternalBlocks).Value;
        pool.SetMapEntry(6, damaged);

        PmemCorruptionException damage = Assert.Throws<PmemCorruptionException>(() => pool.WriteMany(11, 5, 6, 7));

        Assert.Contains("map entry 6", damage.Message, StringComparison.Ordinal);
        Assert.Equal(RecordedPool.Content(11), pool.Read(5, out _));
        Assert.Equal(RecordedPool.Content(13), pool.Read(7, out _));

        // What the failed block would have changed is as it was: its map entry, and the free block of its slot.
        Assert.Equal(damaged, pool.MapEntry(6));
        pool.SetMapEntry(6, sound);
        AssertSound(pool);
        pool.WriteMany(21, 5, 6, 7);
        Assert.Equal(RecordedPool.Content(22), pool.Read(6, out _));
        AssertSound(pool);
    }

    [Theory]
    [InlineData(4, 256, 3, 64)]
    [InlineData(1, 256, 3, 64)]
    [InlineData(192, 256, 1, 64)]
    [InlineData(8, 20, 1, 12)]
    [InlineData(20, 20, 0, 0)]
    public void Groups_are_made_of_the_slots_that_are_not_lanes(int lanes, int slots, int groups, int size)
    {
        var pool = new WriteGroupPool(lanes, slots);

        WriteGroup[] taken = [.. Enumerable.Range(0, pool.Count).Select(_ => pool.Take())];

        Assert.Equal(groups, taken.Length);
        int[] used = [.. taken.SelectMany(g => Enumerable.Range(g.FirstSlot, g.Capacity))];
        Assert.Equal(groups * size, used.Distinct().Count());
        Assert.All(used, slot => Assert.InRange(slot, lanes, slots - 1));
    }

    private static void AssertSound(RecordedPool pool) =>
        Assert.Empty(BlockPoolChecker<RecordingMedium>.Check(pool.Log.Medium, "recorded pool", new ShutdownIdentity(0, 0)).Findings);
}
