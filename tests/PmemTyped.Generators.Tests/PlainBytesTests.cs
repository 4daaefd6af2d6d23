using System.Runtime.InteropServices;
using PmemTyped.Generators.Tests.Layouts;

namespace PmemTyped.Generators.Tests;

/// <summary>What generated serializers leave to the copy of plain bytes.</summary>
public class PlainBytesTests
{
    [Fact]
    public void What_lies_behind_a_copy_of_the_leading_bytes_becomes_zero()
    {
        const int Count = 8;
        byte[] before = [.. Enumerable.Repeat((byte)0xFF, Copied.Size)];
        Copied value = MemoryMarshal.Read<Copied>(before);

        PlainBytes.Read([1, 2, 3, 4, 5, 6, 7, 8], Count, out value);

        byte[] after = MemoryMarshal.AsBytes(new ReadOnlySpan<Copied>(in value)).ToArray();
        Assert.Equal([1, 2, 3, 4, 5, 6, 7, 8], after[..Count]);
        Assert.DoesNotContain(after[Count..], b => b != 0);
    }

    [Fact]
    public void A_struct_that_the_runtime_laid_out_differently_is_not_copied()
    {
        Misplaced value = default;

        Exception onWrite = Record.Exception(() => PlainBytes.Write(in value, new byte[Misplaced.Size], Misplaced.Size));
        Exception onRead = Record.Exception(() => PlainBytes.Read(new byte[Misplaced.Size], Misplaced.Size, out value));

        // The check runs when the runtime first needs its result, and the runtime wraps what is thrown there.
        Assert.IsType<PmemInvariantException>(onWrite.GetBaseException());
        Assert.IsType<PmemInvariantException>(onRead.GetBaseException());
    }

    private struct Misplaced : IPersistentLayout<Misplaced>
    {
        private long _a;

        public static ReadOnlySpan<byte> LayoutName => "misplaced"u8;

        public static int LayoutVersion => 1;

        public static ulong LayoutHash => 1;

        public static ReadOnlySpan<byte> LayoutDescription => "misplaced@1"u8;

        public static int Size => 8;

        public static int Alignment => 8;

        public static ReadOnlySpan<int> FieldRanges => [0, 8];

        public static ReadOnlySpan<ulong> FieldLines => [];

        public static string FieldName(int index) => nameof(_a);

        public static void VerifyLayout()
        {
            Misplaced probe = new() { _a = 1 };
            LayoutGuard.Offset(in probe, in probe._a, 1, nameof(_a));
        }
    }
}
