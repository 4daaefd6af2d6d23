using System.Buffers;

namespace PmemTyped.Native.Tests;

/// <summary>No access of any kind reaches a byte outside its range, whatever the offset.</summary>
public sealed class NativeRangeTests : IDisposable
{
    private const long LengthBytes = 8192;
    private const int BulkBytes = 24;

    private static readonly Dictionary<string, Access> s_accesses = new()
    {
        ["load 1"] = new(1, true, (range, offset) => range.LoadAtomic<byte>(offset)),
        ["load 2"] = new(2, true, (range, offset) => range.LoadAtomic<ushort>(offset)),
        ["load 4"] = new(4, true, (range, offset) => range.LoadAtomic<uint>(offset)),
        ["load 8"] = new(8, true, (range, offset) => range.LoadAtomic<ulong>(offset)),
        ["store 4"] = new(4, true, (range, offset) => range.Store32(offset, 1)),
        ["store 8"] = new(8, true, (range, offset) => range.Store64(offset, 1)),
        ["load"] = new(BulkBytes, false, (range, offset) => range.Load(offset, new byte[BulkBytes])),
        ["store"] = new(BulkBytes, false, (range, offset) => range.Store(offset, new byte[BulkBytes])),
        ["copy"] = new(BulkBytes, false, (range, offset) => range.Copy(offset, new byte[BulkBytes], StoreWay.CachedFlushed)),
        ["stream"] = new(600, false, (range, offset) => range.Copy(offset, new byte[600], StoreWay.Streamed)),
        ["move to"] = new(BulkBytes, false, (range, offset) => range.Move(offset, 64, BulkBytes, StoreWay.Cached)),
        ["move from"] = new(BulkBytes, false, (range, offset) => range.Move(64, offset, BulkBytes, StoreWay.Cached)),
        ["fill"] = new(BulkBytes, false, (range, offset) => range.Fill(offset, BulkBytes, 0, StoreWay.Cached)),
        ["flush"] = new(BulkBytes, false, (range, offset) => range.FlushLines(offset, BulkBytes)),
        ["window"] = new(BulkBytes, false, (range, offset) => _ = range.Window(offset, BulkBytes)[^1]),
        ["writable window"] = new(BulkBytes, false, (range, offset) => range.DangerousWritableWindow(offset, BulkBytes)[^1] = 1),
        ["pin"] = new(BulkBytes, false, (range, offset) => range.DangerousPin(offset, BulkBytes, null!).Dispose()),
        ["reference"] = new(8, false, (range, offset) => _ = range.DangerousReference<ulong>(offset)),
        ["check"] = new(BulkBytes, false, (range, offset) => range.Check(offset, BulkBytes)),
    };

    private readonly MappedFile _file = MappedFile.Create(LengthBytes);

    public static TheoryData<string> Kinds => [.. s_accesses.Keys];

    public static TheoryData<string> AlignedKinds => [.. s_accesses.Where(a => a.Value.IsAligned).Select(a => a.Key)];

    public void Dispose() => _file.Dispose();

    [Theory]
    [MemberData(nameof(Kinds))]
    public void An_access_to_the_first_and_to_the_last_bytes_succeeds(string kind)
    {
        Access access = s_accesses[kind];
        access.Run(_file.Range, 0);
        access.Run(_file.Range, LengthBytes - access.SizeBytes);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void An_access_that_leaves_the_range_is_refused(string kind)
    {
        Access access = s_accesses[kind];
        long step = access.IsAligned ? access.SizeBytes : 1;
        long[] outside =
        [
            LengthBytes - access.SizeBytes + step,
            LengthBytes,
            LengthBytes + 1,
            -step,
            -access.SizeBytes,
            -LengthBytes,
            int.MaxValue,
            1L << 32,
            long.MaxValue,
            long.MaxValue - access.SizeBytes + 1,
            long.MinValue,
            long.MinValue + access.SizeBytes,
        ];
        foreach (long offset in outside)
        {
            var refusal = Assert.Throws<ArgumentOutOfRangeException>(() => access.Run(_file.Range, offset));
            Assert.Contains("do not lie inside a map of 8192 bytes", refusal.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [MemberData(nameof(AlignedKinds))]
    public void A_typed_access_that_is_not_naturally_aligned_is_refused(string kind)
    {
        Access access = s_accesses[kind];
        for (int offset = 1; offset < access.SizeBytes; offset++)
        {
            var refusal = Assert.Throws<ArgumentOutOfRangeException>(() => access.Run(_file.Range, 64 + offset));
            Assert.Contains("not a multiple", refusal.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(0, -1)]
    [InlineData(8192, 1)]
    [InlineData(0, 8193)]
    [InlineData(1, 8192)]
    [InlineData(1, long.MaxValue)]
    [InlineData(8191, long.MaxValue)]
    [InlineData(-1, 0)]
    [InlineData(8193, 0)]
    [InlineData(0, long.MinValue)]
    [InlineData(long.MaxValue, long.MaxValue)]
    public void A_length_that_leaves_the_range_is_refused(long offset, long lengthBytes)
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => _file.Range.Check(offset, lengthBytes));
        Assert.Throws<ArgumentOutOfRangeException>(() => _file.Range.Fill(offset, lengthBytes, 0, StoreWay.Cached));
        Assert.Throws<ArgumentOutOfRangeException>(() => _file.Range.Move(offset, 0, lengthBytes, StoreWay.Cached));
        Assert.Throws<ArgumentOutOfRangeException>(() => _file.Range.Move(0, offset, lengthBytes, StoreWay.Cached));
        Assert.Throws<ArgumentOutOfRangeException>(() => _file.Range.FlushLines(offset, lengthBytes));
        Assert.Throws<ArgumentOutOfRangeException>(() => _file.Handle.SyncPages(offset, lengthBytes));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(4095)]
    [InlineData(LengthBytes)]
    public void An_empty_access_is_fine_up_to_the_very_end(long offset)
    {
        _file.Range.Store(offset, default);
        _file.Range.Copy(offset, [], StoreWay.Streamed);
        _file.Range.Fill(offset, 0, 1, StoreWay.CachedFlushed);
        _file.Range.Move(offset, 0, 0, StoreWay.CachedFlushed);
        _file.Range.FlushLines(offset, 0);
        Assert.Equal(0, _file.Range.Window(offset, 0).Length);
    }

    [Fact]
    public void A_value_that_no_single_load_covers_is_refused() =>
        Assert.Throws<NotSupportedException>(() => _file.Range.LoadAtomic<Guid>(0));

    [Fact]
    public void Typed_loads_see_what_stores_left_in_little_endian_order()
    {
        NativeRange range = _file.Range;
        range.Store64(8, 0x8877_6655_4433_2211);
        range.Store32(16, 0xCCBB_AA99);

        Assert.Equal(Convert.FromHexString("112233445566778899AABBCC"), range.Window(8, 12).ToArray());
        Assert.Equal(0x8877_6655_4433_2211, range.LoadAtomic<ulong>(8));
        Assert.Equal(0x8877_6655u, range.LoadAtomic<uint>(12));
        Assert.Equal((ushort)0xAA99, range.LoadAtomic<ushort>(16));
        Assert.Equal((byte)0xCC, range.LoadAtomic<byte>(19));
    }

    [Fact]
    public unsafe void A_pin_and_a_writable_window_lead_to_the_bytes_of_the_range()
    {
        _file.Range.DangerousWritableWindow(100, 2)[1] = 7;
        using MemoryHandle pin = _file.Range.DangerousPin(101, 1, null!);
        Assert.Equal(7, *(byte*)pin.Pointer);
        Assert.Equal([0, 7, 0], _file.Range.Window(100, 3).ToArray());
    }

    private sealed record Access(int SizeBytes, bool IsAligned, Action<NativeRange, long> Run);
}
