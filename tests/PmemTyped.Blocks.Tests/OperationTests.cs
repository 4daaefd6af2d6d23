using PmemTyped.Blocks.Layout;
using PmemTyped.Sets;

namespace PmemTyped.Blocks.Tests;

/// <summary>
/// What every operation leaves in the map and in the flog (block pool format, sections 9 and 10). In all transitions
/// block 9 was written before, so that the free block of the one lane is block 9 itself.
/// </summary>
public sealed class OperationTests
{
    private const uint Lba = 5;

    [Fact]
    public void The_first_two_writes_leave_the_entries_of_the_example()
    {
        RecordedPool pool = RecordedPool.Create();
        pool.Table.SetError(1);
        AssertEntries(pool, "0, 80007DCA, 80007DCA, 1", "0, 00000000, 00000000, 0", 0x0000_0000);
        pool.Table.Write(0, RecordedPool.Content(1));
        AssertEntries(pool, "0, 80007DCA, 80007DCA, 1", "0, C0000000, C0007DCA, 2", 0xC000_7DCA);
        pool.Table.Write(0, RecordedPool.Content(2));
        AssertEntries(pool, "0, C0007DCA, C0000000, 3", "0, C0000000, C0007DCA, 2", 0xC000_0000);
    }

    [Theory]
    [InlineData(BlockState.Initial, "write", 0xC000_0009, 0xC000_0005)]
    [InlineData(BlockState.Initial, "zero", 0x8000_0005, null)]
    [InlineData(BlockState.Initial, "error", 0x4000_0005, null)]
    [InlineData(BlockState.Zero, "write", 0xC000_0009, 0x8000_0005)]
    [InlineData(BlockState.Zero, "zero", 0x8000_0005, null)]
    [InlineData(BlockState.Zero, "error", 0x4000_0005, null)]
    [InlineData(BlockState.Error, "write", 0xC000_0009, 0x4000_0005u)]
    [InlineData(BlockState.Error, "zero", 0x8000_0005, null)]
    [InlineData(BlockState.Error, "error", 0x4000_0005, null)]
    [InlineData(BlockState.Normal, "write", 0xC000_0005, 0xC000_0009)]
    [InlineData(BlockState.Normal, "zero", 0x8000_0009, null)]
    [InlineData(BlockState.Normal, "error", 0x4000_0009, null)]
    public void An_operation_in_any_state_leaves_the_exact_entries(
        BlockState from, string operation, uint mapEntry, uint? loggedOldMap)
    {
        RecordedPool pool = InState(from);
        string[] flogBefore = [pool.FlogEntry(0), pool.FlogEntry(1)];
        Apply(pool, operation);

        Assert.Equal(mapEntry, pool.MapEntry(Lba));
        byte[] content = pool.Read(Lba, out BlockState state);
        Assert.Equal((BlockState)(mapEntry >> 30), state);
        Assert.Equal(RecordedPool.Content(operation == "write" ? (byte)0xAB : (byte)0), content);
        string[] flogAfter = [pool.FlogEntry(0), pool.FlogEntry(1)];
        if (loggedOldMap is not { } old)
        {
            Assert.Equal(flogBefore, flogAfter);
            return;
        }

        string logged = Assert.Single(flogAfter.Except(flogBefore));
        Assert.StartsWith(FormattableString.Invariant($"5, {old:X8}, {mapEntry:X8}, "), logged, StringComparison.Ordinal);
        Assert.Empty(BlockPoolChecker<CrashTesting.RecordingMedium>.Check(pool.Log.Medium, "recorded pool", new ShutdownIdentity(0, 0)).Findings);
    }

    [Fact]
    public void Zeroing_a_zero_block_stores_nothing_but_marking_a_bad_block_stores_again()
    {
        RecordedPool zero = InState(BlockState.Zero);
        int before = zero.Log.FlushCount;
        zero.Table.SetZero(Lba);
        Assert.Equal(before, zero.Log.FlushCount);

        RecordedPool bad = InState(BlockState.Error);
        before = bad.Log.FlushCount;
        bad.Table.SetError(Lba);
        Assert.Equal(before + 1, bad.Log.FlushCount);
    }

    [Fact]
    public void Zeroing_in_a_pool_without_layout_does_nothing_and_marking_bad_lays_it_out()
    {
        RecordedPool pool = RecordedPool.Create();
        byte[] before = pool.Log.Medium.Window(0, (int)BlockPool.MinPoolBytes).ToArray();
        pool.Table.SetZero(Lba);
        Assert.False(pool.Table.IsLaidOut);
        Assert.True(pool.Log.Medium.Window(0, before.Length).SequenceEqual(before));

        pool.Table.SetError(Lba);
        Assert.True(pool.Table.IsLaidOut);
        Assert.Equal(0x4000_0005u, pool.MapEntry(Lba));
        Assert.Equal(0u, pool.MapEntry(Lba + 1));
    }

    [Fact]
    public void Reading_a_pool_without_layout_gives_zeros_and_no_layout()
    {
        RecordedPool pool = RecordedPool.Create();
        Assert.Equal(RecordedPool.Content(0), pool.Read(RecordedPool.Arena.Lbas - 1, out BlockState state));
        Assert.Equal(BlockState.Initial, state);
        Assert.Equal(BlockState.Initial, pool.Table.GetState(0));
        Assert.False(pool.Table.IsLaidOut);
    }

    [Fact]
    public void An_initial_entry_with_low_bits_is_logged_as_its_own_block()
    {
        RecordedPool pool = InState(BlockState.Initial);
        pool.SetMapEntry(Lba, 0x0000_0123);
        Assert.Equal(RecordedPool.Content(0), pool.Read(Lba, out BlockState state));
        Assert.Equal(BlockState.Initial, state);
        Apply(pool, "write");
        Assert.StartsWith("5, C0000005, C0000009, ", pool.FlogEntry(0), StringComparison.Ordinal);
    }

    [Fact]
    public void The_next_write_goes_to_the_block_that_the_last_one_replaced_also_after_a_reopen()
    {
        RecordedPool pool = InState(BlockState.Zero);
        Apply(pool, "write");
        pool.Core.Close(() => { });
        RecordedPool again = pool.Reopen();
        again.Table.Write(6, RecordedPool.Content(6));
        Assert.Equal(0xC000_0005u, again.MapEntry(6));
        Assert.Equal(RecordedPool.Content(0xAB), again.Read(Lba, out _));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(32202)]
    [InlineData(long.MaxValue)]
    [InlineData(long.MinValue)]
    [InlineData(1L << 32)]
    public void A_block_that_does_not_exist_is_refused_by_every_operation(long block)
    {
        RecordedPool pool = InState(BlockState.Normal);
        Action[] operations =
        [
            () => pool.Table.Read(block, new byte[1]),
            () => pool.Table.GetState(block),
            () => pool.Table.Write(block, RecordedPool.Content(1)),
            () => pool.Table.SetZero(block),
            () => pool.Table.SetError(block),
        ];
        int before = pool.Log.FlushCount;
        foreach (Action operation in operations)
        {
            var refusal = Assert.Throws<ArgumentOutOfRangeException>(operation);
            Assert.Contains("'recorded pool' has blocks 0 to 32201", refusal.Message, StringComparison.Ordinal);
        }

        Assert.Equal(before, pool.Log.FlushCount);
        pool.Table.Write(32201, RecordedPool.Content(1));
    }

    private static RecordedPool InState(BlockState state)
    {
        RecordedPool pool = RecordedPool.Create();
        pool.Table.Write(9, RecordedPool.Content(9));
        switch (state)
        {
            case BlockState.Zero:
                pool.Table.SetZero(Lba);
                break;
            case BlockState.Error:
                pool.Table.SetError(Lba);
                break;
            case BlockState.Normal:
                pool.Table.Write(Lba, RecordedPool.Content(5));
                break;
            default:
                break;
        }

        Assert.Equal(state, new BttMapEntry(pool.MapEntry(Lba)).State);
        return pool;
    }

    [Fact]
    public void A_hint_for_a_block_changes_nothing_whichever_block_it_is()
    {
        RecordedPool pool = RecordedPool.Create();
        byte[] before = pool.Log.Medium.Window(0, (int)pool.Log.Medium.LengthBytes).ToArray();
        foreach (long lba in (long[])[long.MinValue, -1, 0, Lba, pool.Table.Blocks, long.MaxValue])
        {
            pool.Table.Prefetch(lba);
        }

        Assert.Equal(before, pool.Log.Medium.Window(0, before.Length));
    }

    private static void Apply(RecordedPool pool, string operation)
    {
        switch (operation)
        {
            case "write":
                pool.Table.Write(Lba, RecordedPool.Content(0xAB));
                break;
            case "zero":
                pool.Table.SetZero(Lba);
                break;
            default:
                pool.Table.SetError(Lba);
                break;
        }
    }

    private static void AssertEntries(RecordedPool pool, string first, string second, uint mapEntry)
    {
        Assert.Equal((first, second), (pool.FlogEntry(0), pool.FlogEntry(1)));
        Assert.Equal(mapEntry, pool.MapEntry(0));
    }
}
