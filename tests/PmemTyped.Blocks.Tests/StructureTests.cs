using PmemTyped.Blocks.Btt;
using PmemTyped.Blocks.Layout;
using PmemTyped.Native;

namespace PmemTyped.Blocks.Tests;

/// <summary>Info block, map entry and flog slot as sections 7 to 9 of the block pool format define them.</summary>
public sealed class StructureTests
{
    [Fact]
    public void The_info_block_vector_is_made_to_the_byte()
    {
        byte[] expected = new byte[BttInfoLayout.SizeBytes];
        Convert.FromHexString(
            "4254545f4152454e415f494e464f0000" + "5c4a91596ce4fd47b8681667" + "05e3f4d1"
            + "85331c85fd93974091582a99f32ce7fd" + "0000000001000100" + "00020000ca7d0000"
            + "00020000ca7e0000" + "0001000000100000" + "0000000000000000" + "0010000000000000"
            + "00b0fd0000000000" + "00b0ff0000000000" + "00f0ff0000000000").CopyTo(expected, 0);
        Convert.FromHexString("2a8e4236f7e34188").CopyTo(expected, BttInfoLayout.ChecksumOffset);

        ArenaGeometry arena = BttGeometry.Plan(BlockPool.MinPoolBytes, 512)!.Single();
        BttInfoLayout info = arena.ToInfo(
            new Guid(expected.AsSpan(16, 16)), new Guid(expected.AsSpan(32, 16)), flags: 0);

        Assert.Equal(0x8841_E3F7_3642_8E2A, info.Checksum);
        Assert.Equal(Convert.ToHexString(expected), Convert.ToHexString(Blittable.AsBytes(in info)));
    }

    [Theory]
    [InlineData(0x0000_0000, BlockState.Initial, 0)]
    [InlineData(0x0000_0007, BlockState.Initial, 7)]
    [InlineData(0x3FFF_FFFF, BlockState.Initial, 0x3FFF_FFFF)]
    [InlineData(0x4000_0000, BlockState.Error, 0)]
    [InlineData(0x7FFF_FFFF, BlockState.Error, 0x3FFF_FFFF)]
    [InlineData(0x8000_0005, BlockState.Zero, 5)]
    [InlineData(0xC000_7DCA, BlockState.Normal, 0x7DCA)]
    [InlineData(0xFFFF_FFFF, BlockState.Normal, 0x3FFF_FFFF)]
    public void A_map_entry_is_state_and_block(uint value, BlockState state, uint block)
    {
        var entry = new BttMapEntry(value);
        Assert.Equal((state, block), (entry.State, entry.Block));
        Assert.Equal(entry, BttMapEntry.Make(block, state));
        foreach (BlockState other in Enum.GetValues<BlockState>())
        {
            Assert.Equal(((uint)other << 30) | block, entry.WithState(other).Value);
        }
    }

    [Theory]
    [InlineData(0x0000_0000, 42, 0xC000_002A)]
    [InlineData(0x0000_0123, 42, 0xC000_002A)]
    [InlineData(0x4000_0007, 42, 0x4000_0007)]
    [InlineData(0x8000_0007, 42, 0x8000_0007)]
    [InlineData(0xC000_0007, 42, 0xC000_0007)]
    public void An_initial_entry_owns_the_block_of_its_own_index_whatever_its_low_bits(uint value, uint lba, uint expected) =>
        Assert.Equal(expected, new BttMapEntry(value).Normalized(lba).Value);

    // Rows: sequence of the first entry 0 to 3; columns: of the second. 'a' and 'b' name the current one, '-' none.
    [Fact]
    public void The_current_flog_entry_follows_from_the_two_sequences()
    {
        string[] table = ["-bbb", "a-ba", "aa-b", "aba-"];
        for (uint first = 0; first < 4; first++)
        {
            for (uint second = 0; second < 4; second++)
            {
                Assert.Equal((first, second, table[first][(int)second]), (first, second, Current(first, second)));
            }
        }
    }

    [Theory]
    [InlineData(4, 4, '-')]
    [InlineData(uint.MaxValue, uint.MaxValue, '-')]
    [InlineData(0, 4, 'b')]
    [InlineData(7, 0, 'a')]
    [InlineData(5, 2, 'b')]
    [InlineData(6, 3, 'b')]
    [InlineData(7, 1, 'b')]
    [InlineData(uint.MaxValue, 1, 'b')]
    [InlineData(4, 1, 'a')]
    [InlineData(1, 6, 'a')]
    [InlineData(5, 6, 'a')]
    [InlineData(2, 5, 'a')]
    [InlineData(3, 5, 'a')]
    public void Sequences_beyond_three_count_by_their_last_two_bits(uint first, uint second, char expected) =>
        Assert.Equal(expected, Current(first, second));

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 2)]
    [InlineData(2, 3)]
    [InlineData(3, 1)]
    [InlineData(4, 0)]
    [InlineData(5, 2)]
    [InlineData(7, 1)]
    public void Sequences_run_in_a_circle_of_three(uint sequence, uint next) =>
        Assert.Equal(next, BttFlogLayout.NextSequence(sequence));

    [Fact]
    public void A_flog_entry_is_two_words_of_which_the_second_activates()
    {
        var entry = new BttFlogLayout { Lba = 0x0102_0304, OldMap = 0xC000_0005, NewMap = 0xC000_0006, Sequence = 3 };
        ReadOnlySpan<byte> bytes = Blittable.AsBytes(in entry);
        Assert.Equal(BitConverter.ToUInt64(bytes), BttFlogLayout.Log(0x0102_0304, new BttMapEntry(0xC000_0005)));
        Assert.Equal(BitConverter.ToUInt64(bytes[8..]), BttFlogLayout.Activation(new BttMapEntry(0xC000_0006), 3));
    }

    [Fact]
    public void A_lane_that_never_wrote_owns_one_of_the_last_blocks()
    {
        ArenaGeometry arena = BttGeometry.Plan(BlockPool.MinPoolBytes, 512)!.Single();
        FlogSlot slot = FlogSlot.Initial(arena, 255);
        Assert.Equal(0, slot.CurrentHalf);
        Assert.Equal(
            (255u, 0x8000_7EC9u, 0x8000_7EC9u, 1u), (slot.First.Lba, slot.First.OldMap, slot.First.NewMap, slot.First.Sequence));
        Assert.Equal(default, slot.Second);
    }

    private static char Current(uint first, uint second) =>
        new FlogSlot(new BttFlogLayout { Sequence = first }, new BttFlogLayout { Sequence = second }).CurrentHalf switch
        {
            0 => 'a',
            1 => 'b',
            _ => '-',
        };
}
