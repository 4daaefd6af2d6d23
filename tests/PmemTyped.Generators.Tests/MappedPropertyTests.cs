using System.Runtime.InteropServices;
using System.Text;
using PmemTyped.Generators.Tests.Layouts;

namespace PmemTyped.Generators.Tests;

/// <summary>Partial properties of layouts: what they store, what comes back, and what bytes that are no value give.</summary>
public class MappedPropertyTests
{
    private const int PayloadOffset = 32;

    private static readonly DateTime s_noon = new(2024, 2, 29, 12, 0, 0, DateTimeKind.Utc);

    private static Order SomeOrder => new()
    {
        Price = -12.50m,
        At = s_noon,
        Shipped = new DateTimeOffset(2024, 2, 29, 14, 0, 0, TimeSpan.FromHours(2)),
        Grade = 'Ä',
        IsPaid = true,
        Count = 7,
    };

    [Fact]
    public void The_runtime_lays_mapped_layouts_out_as_planned()
    {
        Order.VerifyLayout();
        Gaps.VerifyLayout();
        Mixed.VerifyLayout();
        Offsets.VerifyLayout();
        Plain.VerifyLayout();
    }

    [Fact]
    public void Mapped_properties_are_described_by_their_names_and_by_what_they_store()
    {
        Assert.Contains(
            " { 0:Price:decimal 16:At:datetime 24:Shipped:datetimeoffset 40:Grade:char 42:IsPaid:bool 43:-:u8 44:Count:i32 }",
            Encoding.UTF8.GetString(Order.LayoutDescription),
            StringComparison.Ordinal);
        Assert.Contains(
            " { 0:Wide:i128? 32:At:datetime? 48:Price:decimal? 72:Key:guid? 92:Count:i32? 100:Currency:u16? 104:IsPaid:bool? ",
            Encoding.UTF8.GetString(Gaps.LayoutDescription),
            StringComparison.Ordinal);
        Assert.Contains(
            " { 0:Id:i64 8:Count:i32 12:IsPaid:bool 13:IsSent:bool? 15:-:u8 }", Encoding.UTF8.GetString(Mixed.LayoutDescription), StringComparison.Ordinal);
        Assert.Contains(" { 0:First:i64 8:Second:i64 16:At:datetime }", Encoding.UTF8.GetString(Offsets.LayoutDescription), StringComparison.Ordinal);
    }

    [Fact]
    public void Field_names_and_sets_name_the_properties()
    {
        Assert.Equal(["Price", "At", "Shipped", "Grade", "IsPaid", "Count"], Enumerable.Range(0, 6).Select(Order.FieldName));
        Assert.Equal([0, 16, 16, 8, 24, 16, 40, 2, 42, 1, 44, 4], Order.FieldRanges.ToArray());
        Assert.Equal((Order.FieldSet)0x3F, Order.FieldSet.All);
    }

    // Ticks of noon on 2024-02-29 UTC: 638448048000000000 = 0x08DC391DF494E000, by an independent calculator.
    [Fact]
    public void The_payload_of_an_order_has_these_bytes()
    {
        Assert.Equal(
            "E2040000" + "00000000" + "00000000" + "00000280"
            + "00E094F41D39DC08"
            + "00E094F41D39DC08" + "7800000000000000"
            + "C400" + "01" + "00" + "07000000",
            Convert.ToHexString(Written(SomeOrder).AsSpan(PayloadOffset, Order.Size)));
    }

    [Fact]
    public void What_is_in_memory_is_what_is_in_a_record()
    {
        Assert.Equal(Written(SomeOrder).AsSpan(PayloadOffset, Order.Size).ToArray(), Bytes(SomeOrder));
    }

    [Fact]
    public void An_order_is_read_as_it_was_written()
    {
        Assert.Equal(BlockRecordStatus.Ok, Order.TryRead(Written(SomeOrder), out Order read));

        Assert.Equal((-12.50m, 'Ä', true, 7), (read.Price, read.Grade, read.IsPaid, read.Count));
        Assert.Equal("-12.50", read.Price.ToString(System.Globalization.CultureInfo.InvariantCulture));
        Assert.Equal((s_noon, DateTimeKind.Utc), (read.At, read.At.Kind));
        Assert.True(read.Shipped.EqualsExact(SomeOrder.Shipped));
    }

    [Theory]
    [InlineData("79228162514264337593543950335")]
    [InlineData("-79228162514264337593543950335")]
    [InlineData("0.0000000000000000000000000001")]
    [InlineData("0.0000000000000000000000000000")]
    [InlineData("-0.0")]
    [InlineData("1.10")]
    public void Every_decimal_keeps_its_value_sign_and_scale(string text)
    {
        decimal value = decimal.Parse(text, System.Globalization.CultureInfo.InvariantCulture);

        var order = new Order { Price = value };
        Assert.Equal(BlockRecordStatus.Ok, Order.TryRead(Written(order), out Order read));

        Assert.Equal(decimal.GetBits(value), decimal.GetBits(read.Price));
    }

    [Fact]
    public void Dates_at_both_ends_keep_their_value()
    {
        foreach (DateTimeOffset value in (DateTimeOffset[])[DateTimeOffset.MinValue, DateTimeOffset.MaxValue, new(1, 1, 1, 14, 0, 0, TimeSpan.FromHours(14)), new(9999, 12, 31, 9, 59, 0, TimeSpan.FromHours(-14))])
        {
            var order = new Order { Shipped = value, At = value.UtcDateTime };
            Assert.Equal(BlockRecordStatus.Ok, Order.TryRead(Written(order), out Order read));

            Assert.True(read.Shipped.EqualsExact(value));
            Assert.Equal(value.UtcDateTime, read.At);
        }
    }

    [Fact]
    public void A_local_time_is_stored_as_utc_and_an_unspecified_one_is_refused()
    {
        var order = new Order { At = s_noon.ToLocalTime() };

        Assert.Equal(s_noon, order.At);
        ArgumentException refusal = Assert.Throws<ArgumentException>(() => order.At = new DateTime(2024, 2, 29));
        Assert.Contains("DateTime.SpecifyKind", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(s_noon, order.At);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Nullable_values_come_back_present_or_absent(bool isPresent)
    {
        Gaps value = default;
        if (isPresent)
        {
            value.Wide = 0;
            value.At = s_noon;
            value.Price = 1.0m;
            value.Key = Guid.Empty;
            value.Count = 0;
            value.Currency = Currency.None;
            value.IsPaid = false;
            value.Day = DateOnly.MaxValue;
            value.Grade = '\0';
        }

        byte[] block = Written(value);
        Assert.Equal(BlockRecordStatus.Ok, Gaps.TryRead(block, out Gaps read));

        Assert.Equal(Bytes(value), Bytes(read));
        Assert.Equal(Bytes(value), block.AsSpan(PayloadOffset, Gaps.Size).ToArray());
        Assert.Equal(
            isPresent ? (0, s_noon, 1.0m, Guid.Empty, 0, Currency.None, false, DateOnly.MaxValue) : (null, null, null, null, null, null, null, null),
            (read.Wide, read.At, read.Price, read.Key, read.Count, read.Currency, read.IsPaid, read.Day));
        Assert.Equal(isPresent ? '\0' : null, read.Grade);
    }

    [Fact]
    public void A_nullable_lies_as_value_and_word()
    {
        var value = new Gaps { Count = -2, Currency = Currency.Usd, IsPaid = true };

        Assert.Equal("FEFFFFFF" + "01000000" + "0200" + "0100" + "01" + "01", Convert.ToHexString(Bytes(value).AsSpan(92, 14)));
        value.Count = null;
        Assert.Equal("0000000000000000", Convert.ToHexString(Bytes(value).AsSpan(92, 8)));
    }

    [Fact]
    public void Any_byte_that_is_not_zero_is_true_and_is_written_as_one()
    {
        foreach (byte stored in (byte[])[1, 2, 0x80, 0xFF])
        {
            byte[] block = Sealed<Order>(payload => payload[42] = stored);

            Assert.Equal(BlockRecordStatus.Ok, Order.TryRead(block, out Order read));

            Assert.True(read.IsPaid);
            Assert.Equal(1, Written(read)[PayloadOffset + 42]);
        }

        Order inPlace = FromBytes<Order>(payload => payload[42] = 2);
        Assert.True(inPlace.IsPaid);
        Assert.Equal(1, Written(inPlace)[PayloadOffset + 42]);
    }

    [Theory]
    [InlineData("Price", 14, 29)]
    [InlineData("Price", 12, 1)]
    [InlineData("Price", 15, 0x40)]
    [InlineData("At", 23, 0x80)]
    [InlineData("Shipped", 31, 0x80)]
    [InlineData("Shipped", 33, 4)]
    public void Bytes_that_are_no_value_are_a_corrupt_record_and_an_exception_in_place(string property, int offset, byte wrong)
    {
        byte[] block = Sealed<Order>(payload => payload[offset] = wrong);
        Order inPlace = FromBytes<Order>(payload => payload[offset] = wrong);

        Assert.Equal(BlockRecordStatus.Corrupt, Order.TryRead(block, out Order read));
        Assert.Equal(Bytes(default(Order)), Bytes(read));
        InvalidDataException refusal = Assert.Throws<InvalidDataException>(() => property switch
        {
            "Price" => inPlace.Price,
            "At" => inPlace.At,
            _ => (object)inPlace.Shipped,
        });
        Assert.Contains("bytes on media", refusal.Message, StringComparison.Ordinal);
        Assert.Throws<InvalidDataException>(() => Written(inPlace));
    }

    [Fact]
    public void A_value_behind_an_absent_mark_is_not_looked_at()
    {
        byte[] block = Sealed<Gaps>(payload => payload.Slice(32, 8).Fill(0xFF));

        Assert.Equal(BlockRecordStatus.Ok, Gaps.TryRead(block, out Gaps read));

        Assert.Null(read.At);
        Assert.Equal(Bytes(default(Gaps)), Bytes(read));
    }

    [Fact]
    public void Nested_layouts_text_and_references_can_be_mapped_too()
    {
        var value = new Plain { Id = 5, Place = new Point { X = 1, Y = 2 }, Owner = "Ada", Next = new PPtr(128), Sequence = 9 };

        Assert.Equal(BlockRecordStatus.Ok, Plain.TryRead(Written(value), out Plain read));

        Assert.Equal((5, 1, 2, "Ada", 128, 9UL), (read.Id, read.Place.X, read.Place.Y, read.Owner.ToString(), read.Next.Offset, read.Sequence));
    }

    [Fact]
    public void A_layout_of_fields_and_properties_keeps_both()
    {
        var value = new Mixed { Id = 1, Count = 2, IsPaid = true, IsSent = false };

        Assert.Equal(BlockRecordStatus.Ok, Mixed.TryRead(Written(value), out Mixed read));

        Assert.Equal((1, 2, true, false), (read.Id, read.Count, read.IsPaid, read.IsSent));
        Assert.Equal("0100000000000000" + "02000000" + "01" + "0001" + "00", Convert.ToHexString(Bytes(value)));
    }

    private static byte[] Bytes<T>(in T value)
        where T : unmanaged =>
        MemoryMarshal.AsBytes(new ReadOnlySpan<T>(in value)).ToArray();

    private delegate void Change(Span<byte> payload);

    private static T FromBytes<T>(Change change)
        where T : unmanaged
    {
        T value = default;
        change(MemoryMarshal.AsBytes(new Span<T>(ref value)));
        return value;
    }

    private static byte[] Sealed<T>(Change change)
        where T : unmanaged, IBlockRecord<T>
    {
        byte[] block = new byte[T.BlockSize];
        change(BlockRecords.Begin(block, T.LayoutVersion, T.LayoutHash, T.Size));
        BlockRecords.Seal(block, T.Size);
        return block;
    }

    private static byte[] Written<T>(in T value)
        where T : unmanaged, IBlockRecord<T>
    {
        byte[] block = new byte[T.BlockSize];
        T.Write(in value, block);
        return block;
    }
}
