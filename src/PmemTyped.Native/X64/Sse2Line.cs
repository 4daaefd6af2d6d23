using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace PmemTyped.Native.X64;

/// <summary>A line in four stores of SSE2. Inlined for the copy rows of the mapping benchmark.</summary>
internal readonly unsafe struct Sse2Line : ILineStores
{
    public static StoreInstructions Instructions => StoreInstructions.Sse2;

    public static bool FillsLinesInSteps => true;

    // SAFETY, all: the caller has checked that 64 bytes lie at each address, and that the destination is aligned.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(byte* destination, byte* source)
    {
        Vector128<byte> first = Sse2.LoadVector128(source);
        Vector128<byte> second = Sse2.LoadVector128(source + 16);
        Vector128<byte> third = Sse2.LoadVector128(source + 32);
        Vector128<byte> fourth = Sse2.LoadVector128(source + 48);
        Sse2.StoreAligned(destination, first);
        Sse2.StoreAligned(destination + 16, second);
        Sse2.StoreAligned(destination + 32, third);
        Sse2.StoreAligned(destination + 48, fourth);
    }

    public static void Repeat(byte* line, byte value)
    {
        var values = Vector128.Create(value);
        Sse2.StoreAligned(line, values);
        Sse2.StoreAligned(line + 16, values);
        Sse2.StoreAligned(line + 32, values);
        Sse2.StoreAligned(line + 48, values);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Stream(byte* destination, byte* source)
    {
        Vector128<byte> first = Sse2.LoadVector128(source);
        Vector128<byte> second = Sse2.LoadVector128(source + 16);
        Vector128<byte> third = Sse2.LoadVector128(source + 32);
        Vector128<byte> fourth = Sse2.LoadVector128(source + 48);
        Sse2.StoreAlignedNonTemporal(destination, first);
        Sse2.StoreAlignedNonTemporal(destination + 16, second);
        Sse2.StoreAlignedNonTemporal(destination + 32, third);
        Sse2.StoreAlignedNonTemporal(destination + 48, fourth);
    }
}
