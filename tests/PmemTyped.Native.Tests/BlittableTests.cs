using System.Runtime.InteropServices;

namespace PmemTyped.Native.Tests;

/// <summary>Structs become bytes and bytes structs, without a copy in between and without alignment.</summary>
public sealed class BlittableTests
{
    [Fact]
    public void A_struct_is_its_bytes()
    {
        var pair = new Pair { First = 0x0403_0201, Second = 0x0C0B_0A09_0807_0605 };
        byte[] bytes = Convert.FromHexString("0102030405060708090A0B0C");
        Assert.Equal(bytes, Blittable.AsBytes(in pair).ToArray());
        Assert.Equal(12, Blittable.SizeOf<Pair>());
        Assert.Equal(4, Blittable.OffsetOf(in pair, in pair.Second));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(5)]
    public void A_struct_is_read_from_any_position(int position)
    {
        byte[] bytes = new byte[20];
        Convert.FromHexString("0102030405060708090A0B0C").CopyTo(bytes, position);
        Pair pair = Blittable.Read<Pair>(bytes.AsSpan(position));
        Assert.Equal((0x0403_0201u, 0x0C0B_0A09_0807_0605ul), (pair.First, pair.Second));
    }

    [Fact]
    public void Too_few_bytes_are_refused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => Blittable.Read<Pair>(new byte[11]));

    [Fact]
    public void Writing_the_bytes_changes_the_struct()
    {
        Pair pair = default;
        Blittable.AsWritableBytes(ref pair)[5] = 1;
        Assert.Equal(256ul, pair.Second);
    }

    [StructLayout(LayoutKind.Explicit, Size = 12)]
    private struct Pair
    {
        [FieldOffset(0)] public uint First;
        [FieldOffset(4)] public ulong Second;
    }
}
