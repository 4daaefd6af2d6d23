using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace PmemTyped.Native.X64;

/// <summary>A line in one store of AVX-512F. Inlined for the copy rows of the mapping benchmark.</summary>
internal readonly unsafe struct Avx512Line : ILineStores
{
    public static StoreInstructions Instructions => StoreInstructions.Avx512;

    public static bool FillsLinesInSteps => false;

    // SAFETY, all: the caller has checked that 64 bytes lie at each address, and that the destination is aligned.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(byte* destination, byte* source) =>
        Avx512F.StoreAligned(destination, Avx512F.LoadVector512(source));

    public static void Repeat(byte* line, byte value) => Avx512F.StoreAligned(
        (uint*)line, Avx512F.BroadcastScalarToVector512(Vector128.CreateScalarUnsafe(value * 0x0101_0101u)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Stream(byte* destination, byte* source) =>
        Avx512F.StoreAlignedNonTemporal(destination, Avx512F.LoadVector512(source));
}
