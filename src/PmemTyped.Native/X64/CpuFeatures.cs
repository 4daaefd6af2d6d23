using System.Runtime.Intrinsics.X86;

namespace PmemTyped.Native.X64;

/// <summary>
/// What this CPU offers for writing cache lines back and for copying, less what the switches forbid
/// (mapping specification, sections 7.2 and 8.1).
/// </summary>
internal static class CpuFeatures
{
    private const int ClflushBit = 19;
    private const int ClflushOptBit = 23;
    private const int ClwbBit = 24;

    /// <summary>Gets a value indicating whether the vendor string is GenuineIntel.</summary>
    internal static bool IsGenuineIntel
    {
        get
        {
            if (!X86Base.IsSupported)
            {
                return false;
            }

            (_, int ebx, int ecx, int edx) = X86Base.CpuId(0, 0);
            return (ebx, edx, ecx) == (0x756E6547, 0x49656E69, 0x6C65746E); // "Genu", "ineI", "ntel"
        }
    }

    internal static FlushInstruction BestFlush(PersistSwitches switches)
    {
        if (!X86Base.IsSupported || !Environment.Is64BitProcess)
        {
            return FlushInstruction.None;
        }

        int extended = X86Base.CpuId(0, 0).Eax >= 7 ? X86Base.CpuId(7, 0).Ebx : 0;
        if (IsSet(extended, ClwbBit) && switches.AllowsClwb)
        {
            return FlushInstruction.Clwb;
        }

        if (IsSet(extended, ClflushOptBit) && switches.AllowsClflushOpt)
        {
            return FlushInstruction.ClflushOpt;
        }

        return IsSet(X86Base.CpuId(1, 0).Edx, ClflushBit)
            ? FlushInstruction.Clflush
            : FlushInstruction.None;
    }

    internal static StoreInstructions BestStores(PersistSwitches switches)
    {
        if (!switches.AllowsVectors || !Sse2.X64.IsSupported)
        {
            return switches.AllowsWordStores ? StoreInstructions.Words : StoreInstructions.Runtime;
        }

        if (Avx512F.IsSupported && switches.AllowsAvx512)
        {
            return StoreInstructions.Avx512;
        }

        return Avx.IsSupported && switches.AllowsAvx ? StoreInstructions.Avx : StoreInstructions.Sse2;
    }

    private static bool IsSet(int register, int bit) => (register & (1 << bit)) != 0;
}
