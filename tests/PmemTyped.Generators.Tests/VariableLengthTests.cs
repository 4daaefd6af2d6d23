using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using PmemTyped.Generators.Tests.Layouts;

namespace PmemTyped.Generators.Tests;

/// <summary>Records that end behind what is used of their last field.</summary>
public class VariableLengthTests
{
    private const int PayloadOffset = 32;
    private const int LengthOffset = 16;

    [Fact]
    public void Descriptions_and_fingerprints_say_that_a_field_is_variable()
    {
        Assert.Contains(" { 0:Id:i64 8:Text:text[..20] 28:-:i32 }", Encoding.UTF8.GetString(Letter.LayoutDescription), StringComparison.Ordinal);
        Assert.Contains(" { 0:IsSent:bool 1:Content:bytes[..300] }", Encoding.UTF8.GetString(Packet.LayoutDescription), StringComparison.Ordinal);
        Assert.Contains(" { 0:IsSent:bool 1:Content:bytes[300] }", Encoding.UTF8.GetString(FixedPacket.LayoutDescription), StringComparison.Ordinal);
        Assert.NotEqual(FixedPacket.LayoutHash, Packet.LayoutHash);
    }

    [Fact]
    public void In_memory_the_last_field_has_all_of_its_capacity()
    {
        Letter.VerifyLayout();
        Packet.VerifyLayout();

        Assert.Equal((32, 303), (Letter.Size, Packet.Size));
        Assert.Equal([0, 8, 8, 20], Letter.FieldRanges.ToArray());
        Assert.Equal((PayloadOffset + 303, 512), (Packet.RecordSize, Packet.BlockSize));
    }

    [Fact]
    public void A_letter_has_these_bytes()
    {
        byte[] block = Written(new Letter { Id = 0x0102, Text = "Zoë" });

        Assert.Equal("0C000000", Convert.ToHexString(block.AsSpan(LengthOffset, 4)));
        Assert.Equal("0201000000000000" + "5A6FC3AB", Convert.ToHexString(block.AsSpan(PayloadOffset, 12)));
        Assert.False(block.AsSpan(PayloadOffset + 12).ContainsAnyExcept((byte)0));
    }

    [Fact]
    public void A_packet_has_these_bytes()
    {
        byte[] block = Written(new Packet { IsSent = true, Content = PacketBytes.From([9, 0, 7]) });

        Assert.Equal("06000000", Convert.ToHexString(block.AsSpan(LengthOffset, 4)));
        Assert.Equal("01" + "0300" + "090007", Convert.ToHexString(block.AsSpan(PayloadOffset, 6)));
        Assert.False(block.AsSpan(PayloadOffset + 6).ContainsAnyExcept((byte)0));
    }

    [Fact]
    public void Text_of_every_length_is_read_as_it_was_written()
    {
        for (int length = 0; length <= LetterText.CapacityBytes; length++)
        {
            var letter = new Letter { Id = -1, Text = new string('x', length) };
            byte[] block = Written(letter);

            Assert.Equal(8 + length, LengthOf(block));
            Assert.Equal(BlockRecordStatus.Ok, Letter.TryRead(block, out Letter read));
            Assert.Equal(Bytes(letter), Bytes(read));
        }
    }

    [Fact]
    public void Bytes_of_every_length_are_read_as_they_were_written()
    {
        for (int length = 0; length <= PacketBytes.CapacityBytes; length++)
        {
            byte[] content = [.. Enumerable.Range(0, length).Select(i => (byte)(i * 7))];
            byte[] block = Written(new Packet { IsSent = true, Content = PacketBytes.From(content) });

            Assert.Equal(3 + length, LengthOf(block));
            Assert.Equal(BlockRecordStatus.Ok, Packet.TryRead(block, out Packet read));
            Assert.Equal(content, read.Content.AsSpan().ToArray());
        }
    }

    [Fact]
    public void A_record_is_read_from_no_less_than_its_own_length_and_written_into_no_less_than_the_most()
    {
        var letter = new Letter { Text = "abc" };
        byte[] block = Written(letter);

        Assert.Equal(BlockRecordStatus.Ok, Letter.TryRead(block.AsSpan(0, PayloadOffset + 11), out Letter read));
        Assert.Equal("abc", read.Text.ToString());
        Assert.Equal(BlockRecordStatus.Truncated, Letter.TryRead(block.AsSpan(0, PayloadOffset + 10), out _));
        Letter.Write(in letter, new byte[Letter.RecordSize]);
        Assert.Throws<ArgumentException>(() => Letter.Write(in letter, new byte[PayloadOffset + 27]));
    }

    [Fact]
    public void A_change_of_any_byte_of_a_record_is_found()
    {
        byte[] sound = Written(new Packet { Content = PacketBytes.From("some bytes"u8) });
        for (int i = 0; i < PayloadOffset + LengthOf(sound); i++)
        {
            for (int change = 1; change <= byte.MaxValue; change++)
            {
                byte[] block = [.. sound];
                block[i] ^= (byte)change;

                Assert.NotEqual(BlockRecordStatus.Ok, Packet.TryRead(block, out Packet read));
                Assert.Equal(0, read.Content.Length);
            }
        }
    }

    // Sound checksums: what somebody else wrote under our fingerprint.
    [Theory]
    [InlineData(0, "")]
    [InlineData(1, "00")]
    [InlineData(2, "0000")]
    [InlineData(3, "000000FF")]
    [InlineData(4, "00000011")]
    [InlineData(4, "00020011")]
    [InlineData(4, "00FFFF11")]
    [InlineData(303, "002D01")]
    [InlineData(304, "002D01")]
    [InlineData(304, "002C01")]
    [InlineData(303, "002B01")]
    public void A_number_of_bytes_that_is_not_that_of_the_record_is_corrupt(int payloadBytes, string payload)
    {
        bool isSound = payloadBytes == 3;
        byte[] block = Forged(Packet.LayoutHash, payloadBytes, payload);

        Assert.Equal(isSound ? BlockRecordStatus.Ok : BlockRecordStatus.Corrupt, Packet.TryRead(block, out Packet read));
        Assert.Equal(0, read.Content.Length);
    }

    [Theory]
    [InlineData(7, "00000000000000", BlockRecordStatus.Corrupt)]
    [InlineData(9, "000000000000000000", BlockRecordStatus.Corrupt)]
    [InlineData(10, "00000000000000004100", BlockRecordStatus.Corrupt)]
    [InlineData(10, "00000000000000000041", BlockRecordStatus.Corrupt)]
    [InlineData(29, "000000000000000041", BlockRecordStatus.Corrupt)]
    [InlineData(9, "000000000000000041", BlockRecordStatus.Ok)]
    public void Text_with_zeros_or_more_than_the_capacity_is_corrupt(int payloadBytes, string payload, BlockRecordStatus expected)
    {
        Assert.Equal(expected, Letter.TryRead(Forged(Letter.LayoutHash, payloadBytes, payload), out Letter read));
        Assert.Equal(expected == BlockRecordStatus.Ok ? "A" : "", read.Text.ToString());
    }

    [Fact]
    public void A_fixed_field_of_variable_bytes_is_whole_in_every_record()
    {
        byte[] block = Written(new FixedPacket { Content = PacketBytes.From([5]) });

        Assert.Equal(303, LengthOf(block));
        Assert.Equal(BlockRecordStatus.Ok, FixedPacket.TryRead(block, out FixedPacket read));
        Assert.Equal([5], read.Content.AsSpan().ToArray());
        Assert.Equal(BlockRecordStatus.Corrupt, FixedPacket.TryRead(Forged(FixedPacket.LayoutHash, 303, "002D01"), out _));
    }

    [Fact]
    public void Inside_another_layout_it_is_whole()
    {
        var bag = new Bag { First = new Letter { Id = 1, Text = "a" }, Second = new Letter { Id = 2, Text = "12345678901234567890" } };
        byte[] block = Written(bag);

        Assert.Equal(64, LengthOf(block));
        Assert.Equal(BlockRecordStatus.Ok, Bag.TryRead(block, out Bag read));
        Assert.Equal(Bytes(bag), Bytes(read));
    }

    [Fact]
    public void Bytes_that_say_more_than_the_capacity_are_never_handed_out()
    {
        PacketBytes bytes = default;
        bytes[0] = 0x2D;
        bytes[1] = 1;

        InvalidDataException fault = Assert.Throws<InvalidDataException>(() => bytes.Length);
        Assert.Contains("301 and 300", fault.Message, StringComparison.Ordinal);
        Assert.Throws<InvalidDataException>(() => _ = bytes.AsSpan());
        Assert.Throws<InvalidDataException>(() => Written(new Packet { Content = bytes }));
    }

    [Fact]
    public void Bytes_that_fit_come_back_and_others_are_refused()
    {
        Assert.True(PacketBytes.TryFrom([1, 2], out PacketBytes two));
        Assert.Equal((2, false, true), (two.Length, two.IsEmpty, default(PacketBytes).IsEmpty));
        Assert.False(PacketBytes.TryFrom(new byte[301], out PacketBytes none));
        Assert.True(none.IsEmpty);
        ArgumentException refusal = Assert.Throws<ArgumentException>(() => PacketBytes.From(new byte[301]));
        Assert.Contains("There are 301 bytes, but the field has room for 300", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Bytes_are_equal_by_their_content()
    {
        PacketBytes left = PacketBytes.From([1, 2]);
        PacketBytes right = PacketBytes.From([1, 2]);
        right[100] = 9;

        Assert.True(left == right);
        Assert.False(left != right);
        Assert.True(left.Equals((object)right));
        Assert.Equal(left.GetHashCode(), right.GetHashCode());
        Assert.True(left != PacketBytes.From([1, 2, 0]));
    }

    private static byte[] Written<T>(T value)
        where T : unmanaged, IBlockRecord<T>
    {
        byte[] block = new byte[T.BlockSize];
        block.AsSpan().Fill(0xCC);
        T.Write(in value, block);
        return block;
    }

    private static byte[] Forged(ulong layoutHash, int payloadBytes, string payload)
    {
        byte[] block = new byte[512];
        Span<byte> content = BlockRecords.Begin(block, 1, layoutHash, payloadBytes);
        Convert.FromHexString(payload)[..Math.Min(payloadBytes, payload.Length / 2)].CopyTo(content);
        BlockRecords.Seal(block, payloadBytes);
        return block;
    }

    private static int LengthOf(byte[] block) => BinaryPrimitives.ReadInt32LittleEndian(block.AsSpan(LengthOffset));

    private static byte[] Bytes<T>(T value)
        where T : unmanaged => MemoryMarshal.AsBytes(new ReadOnlySpan<T>(in value)).ToArray();
}
