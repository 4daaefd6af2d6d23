using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using PmemTyped.Generators.Tests.Layouts;

namespace PmemTyped.Generators.Tests;

/// <summary>The emitted serializer, run on layouts of this very assembly.</summary>
public class RecordTests
{
    private const int PayloadOffset = 32;

    private static Account SomeAccount => new()
    {
        Id = 7,
        Balance = -100,
        Owner = "Ada",
        Currency = Currency.Usd,
        Sequence = 0x0102030405060708,
    };

    [Fact]
    public void An_account_is_read_as_it_was_written()
    {
        byte[] block = Written(SomeAccount);

        Assert.Equal(BlockRecordStatus.Ok, Account.TryRead(block, out Account read));
        Assert.Equal(Bytes(SomeAccount), Bytes(read));
    }

    [Fact]
    public void Every_scalar_is_read_as_it_was_written()
    {
        var value = new Scalars
        {
            A = Int128.MinValue + 5,
            B = UInt128.MaxValue - 5,
            C = Guid.Parse("00112233-4455-6677-8899-aabbccddeeff"),
            D = long.MinValue,
            E = ulong.MaxValue,
            F = -0.0,
            G = TimeOnly.MaxValue,
            H = TimeSpan.MinValue,
            I = int.MinValue,
            J = uint.MaxValue,
            K = float.NaN,
            L = DateOnly.MaxValue,
            M = new Rune(0x1F600),
            N = short.MinValue,
            O = ushort.MaxValue,
            P = Half.Epsilon,
            Q = sbyte.MinValue,
            R = byte.MaxValue,
        };
        value.Days[1] = new DateOnly(2024, 2, 29);

        Assert.Equal(BlockRecordStatus.Ok, Scalars.TryRead(Written(value), out Scalars read));
        Assert.Equal(Bytes(value), Bytes(read));
    }

    [Fact]
    public void A_nested_layout_an_array_and_a_private_field_are_read_as_they_were_written()
    {
        var value = new Shape { Center = new Point { X = 1, Y = -2 }, Sequence = -1 };
        value.Samples[3] = -3;
        value.Tag[7] = 0xFE;
        value.Hit();

        Assert.Equal(BlockRecordStatus.Ok, Shape.TryRead(Written(value), out Shape read));
        Assert.Equal((1, -2, -3, 0xFE, -1L, 1), (read.Center.X, read.Center.Y, read.Samples[3], read.Tag[7], read.Sequence, read.Hits));
    }

    [Fact]
    public void The_payload_of_an_account_has_these_bytes()
    {
        Assert.Equal(
            "0700000000000000" + "9CFFFFFFFFFFFFFF"
            + "416461" + new string('0', 58)
            + "0200" + "000000000000" + "0807060504030201",
            Convert.ToHexString(Written(SomeAccount).AsSpan(PayloadOffset, Account.Size)));
    }

    [Fact]
    public void The_payload_of_a_shape_is_little_endian_at_any_depth()
    {
        var value = new Shape { Center = new Point { X = 1, Y = -2 }, Sequence = 3 };
        value.Samples[0] = 4;
        value.Tag[0] = 5;

        Assert.Equal(
            "01000000FEFFFFFF" + "0400000000000000" + "0500000000000000" + "0300000000000000" + "0000000000000000",
            Convert.ToHexString(Written(value).AsSpan(PayloadOffset, Shape.Size)));
    }

    [Fact]
    public void The_record_header_carries_version_and_hash()
    {
        byte[] block = Written(SomeAccount);

        Assert.Equal("PTR1", Encoding.ASCII.GetString(block, 0, 4));
        Assert.Equal(2, BinaryPrimitives.ReadUInt16LittleEndian(block.AsSpan(4)));
        Assert.Equal(Account.LayoutHash, BinaryPrimitives.ReadUInt64LittleEndian(block.AsSpan(8)));
    }

    [Fact]
    public void Any_corrupt_byte_of_a_record_is_a_status()
    {
        byte[] block = Written(SomeAccount);
        for (int i = 0; i < Account.RecordSize; i++)
        {
            foreach (byte mask in new byte[] { 0x01, 0x80, 0xFF })
            {
                block[i] ^= mask;

                Assert.NotEqual(BlockRecordStatus.Ok, Account.TryRead(block, out Account read));
                Assert.Equal(Bytes(default(Account)), Bytes(read));

                block[i] ^= mask;
            }
        }
    }

    [Fact]
    public void A_record_of_any_shorter_length_is_a_status()
    {
        byte[] block = Written(SomeAccount);
        for (int length = 0; length < Account.RecordSize; length++)
        {
            Assert.NotEqual(BlockRecordStatus.Ok, Account.TryRead(block.AsSpan(0, length), out _));
        }
    }

    [Theory]
    [InlineData("G", 72)]
    [InlineData("L", 100)]
    [InlineData("M", 104)]
    [InlineData("Days", 124)]
    public void A_sound_record_with_bytes_that_are_no_value_is_corrupt(string field, int offset)
    {
        byte[] block = new byte[512];
        Span<byte> payload = BlockRecords.Begin(block, Scalars.LayoutVersion, Scalars.LayoutHash, Scalars.Size);
        payload.Slice(offset, 4).Fill(0xFF);
        payload.Slice(offset + 4, field == "G" ? 4 : 0).Fill(0xFF);
        BlockRecords.Seal(block, Scalars.Size);
        Assert.Equal(offset, RangeOf(field));

        Assert.Equal(BlockRecordStatus.Corrupt, Scalars.TryRead(block, out Scalars read));
        Assert.Equal(Bytes(default(Scalars)), Bytes(read));
    }

    [Fact]
    public void Reserved_bytes_and_bytes_behind_the_end_of_a_text_are_written_as_zero()
    {
        var block = new byte[512];
        Array.Fill(block, (byte)0xEE);
        Account value = SomeAccount;
        ((Span<byte>)value.Owner)[31] = 0xEE;

        Account.Write(in value, block);

        Assert.Equal(Written(SomeAccount), block);
    }

    // These layouts are copied at once, so what must not be copied has to be taken back.
    [Fact]
    public void Reserved_bytes_of_an_object_that_is_copied_do_not_reach_the_record_nor_the_other_way()
    {
        const int ReservedOffset = 116;
        Scalars value = default;
        Fill(ref value, ReservedOffset, 0xEE);
        Assert.Equal(Written(default(Scalars)), Written(value));

        byte[] block = new byte[512];
        Span<byte> payload = BlockRecords.Begin(block, Scalars.LayoutVersion, Scalars.LayoutHash, Scalars.Size);
        payload.Slice(ReservedOffset, 4).Fill(0xEE);
        BlockRecords.Seal(block, Scalars.Size);
        Assert.Equal(BlockRecordStatus.Ok, Scalars.TryRead(block, out Scalars read));
        Assert.Equal(Bytes(default(Scalars)), Bytes(read));
    }

    [Fact]
    public void A_nested_layout_with_reserved_bytes_is_canonical_inside_one_that_is_copied()
    {
        var value = new Outer { Before = 1, After = 2 };
        value.Inside.Tail = 3;
        byte[] clean = Written(value);
        Fill(ref value, Outer.InsideOffset + 8, 0xEE); // reserved in the nested layout
        Fill(ref value, Outer.NameOffset + 1, 0xEE); // behind the end of the text
        Fill(ref value, Outer.Size - 1, 0xEE); // behind the last field

        Assert.Equal(clean, Written(value));
        Assert.Equal(BlockRecordStatus.Ok, Outer.TryRead(clean, out Outer read));
        Assert.Equal((1L, 3, 2L), (read.Before, read.Inside.Tail, read.After));
        Assert.Equal(0, Bytes(read)[Outer.Size - 1]);
    }

    [Fact]
    public void Every_byte_of_a_plain_layout_is_stored_and_loaded_at_its_place()
    {
        byte[] bytes = [.. Enumerable.Range(1, Copied.Size).Select(i => (byte)i)];
        Copied value = MemoryMarshal.Read<Copied>(bytes);

        byte[] block = Written(value);

        Assert.True(CopiedPersistence.IsPlain);
        Assert.Equal(bytes, block.AsSpan(PayloadOffset, Copied.Size).ToArray());
        Assert.Equal(BlockRecordStatus.Ok, Copied.TryRead(block, out Copied read));
        Assert.Equal(bytes, Bytes(read));
    }

    [Fact]
    public void Hidden_padding_of_an_object_that_is_copied_does_not_reach_the_record_nor_the_other_way()
    {
        var value = new Gapped { First = 1, Second = 2, Third = 3 };
        byte[] clean = Written(value);
        Fill(ref value, Gapped.GapOffset, 0xEE);

        Assert.Equal(clean, Written(value));

        byte[] payload = clean.AsSpan(PayloadOffset, Gapped.Size).ToArray();
        payload[Gapped.GapOffset] = 0xEE;
        Assert.True(Gapped.TryReadPayload(payload, out Gapped read));
        Assert.Equal((1L, 2, 3L), (read.First, read.Second, read.Third));
        Assert.Equal(0, Bytes(read)[Gapped.GapOffset]);
    }

    [Fact]
    public void A_field_of_variable_length_is_not_copied_with_the_fields_before_it()
    {
        byte[] block = Written(new Parcel { First = 1, Fourth = 4, Text = "ab" });

        Assert.Equal(BlockRecordStatus.Ok, Parcel.TryRead(block, out Parcel read));
        Assert.Equal((1L, 4L, "ab"), (read.First, read.Fourth, read.Text.ToString()));
    }

    [Fact]
    public void Converted_values_of_an_object_that_is_copied_are_judged_and_canonical()
    {
        var value = new Priced { First = 1, Price = 1.5m, IsPaid = true };
        byte[] clean = Written(value);
        Fill(ref value, Priced.IsPaidOffset, 2);

        Assert.Equal(clean, Written(value));
        Assert.True(Priced.TryReadPayload(clean.AsSpan(PayloadOffset, Priced.Size), out Priced read));
        Assert.Equal((1L, 1.5m, true), (read.First, read.Price, read.IsPaid));

        byte[] payload = clean.AsSpan(PayloadOffset, Priced.Size).ToArray();
        payload.AsSpan(Priced.PriceOffset, sizeof(decimal)).Fill(0xFF);
        Assert.False(Priced.TryReadPayload(payload, out _));
    }

    [Fact]
    public void A_copy_of_more_bytes_than_there_are_is_refused()
    {
        Copied value = default;

        Assert.Throws<ArgumentOutOfRangeException>(() => PlainBytes.Write(in value, new byte[Copied.Size - 1], Copied.Size));
        Assert.Throws<ArgumentOutOfRangeException>(() => PlainBytes.Write(in value, new byte[Copied.Size + 1], Copied.Size + 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => PlainBytes.Write(in value, new byte[Copied.Size], -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => PlainBytes.Read(new byte[Copied.Size - 1], Copied.Size, out Copied _));
        Assert.Throws<ArgumentOutOfRangeException>(() => PlainBytes.Read(new byte[Copied.Size + 1], Copied.Size + 1, out Copied _));
    }

    [Fact]
    public void The_record_of_another_layout_is_told_apart()
    {
        Assert.Equal(BlockRecordStatus.OtherLayout, Account.TryRead(Written(default(Shape)), out _));
    }

    [Fact]
    public void Block_sizes_follow_the_attribute_or_the_record()
    {
        Assert.Equal(96, Account.RecordSize);
        Assert.Equal(512, Account.BlockSize);
        Assert.Equal(512, Point.BlockSize);
    }

    private static void Fill<T>(ref T value, int offset, byte content)
        where T : unmanaged => MemoryMarshal.AsBytes(new Span<T>(ref value))[offset] = content;

    // Inline arrays refuse Equals, so objects are compared by their bytes.
    private static byte[] Bytes<T>(in T value)
        where T : unmanaged =>
        MemoryMarshal.AsBytes(new ReadOnlySpan<T>(in value)).ToArray();

    private static int RangeOf(string field) => Enumerable.Range(0, Scalars.FieldRanges.Length / 2)
        .Where(i => Scalars.FieldName(i) == field)
        .Select(i => Scalars.FieldRanges[2 * i] + (field == "Days" ? 4 : 0))
        .Single();

    private static byte[] Written<T>(in T value)
        where T : unmanaged, IBlockRecord<T>
    {
        byte[] block = new byte[T.BlockSize];
        T.Write(in value, block);
        return block;
    }
}
