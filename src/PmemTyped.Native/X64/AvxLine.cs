using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace PmemTyped.Native.X64;

/// <summary>A line in two stores of AVX. Inlined for the copy rows of the mapping benchmark.</summary>
internal readonly unsafe struct AvxLine : ILineStores
{
    public static StoreInstructions Instructions => StoreInstructions.Avx;

    public static bool FillsLinesInSteps => true;

    // SAFETY, all: the caller has checked that 64 bytes lie at each address, and that the destination is aligned.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(byte* destination, byte* source)
    {
        Vector256<byte> low = Avx.LoadVector256(source);
        Vector256<byte> high = Avx.LoadVector256(source + 32);
        Avx.StoreAligned(destination, low);
        Avx.StoreAligned(destination + 32, high);
    }

    public static void Repeat(byte* line, byte value)
    {
        var values = Vector256.Create(value);
        Avx.StoreAligned(line, values);
        Avx.StoreAligned(line + 32, values);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Stream(byte* destination, byte* source)
    {
        Vector256<byte> low = Avx.LoadVector256(source);
        Vector256<byte> high = Avx.LoadVector256(source + 32);
        Avx.StoreAlignedNonTemporal(destination, low);
        Avx.StoreAlignedNonTemporal(destination + 32, high);
    }
}
