using System.Runtime.Intrinsics;
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

    /// <summary>
    /// The widest stores that do not slow the CPU down: where the runtime expects 512-bit instructions to lower the
    /// clock (then <see cref="Vector512.IsHardwareAccelerated"/> is false), AVX was measured faster; PMEM_AVX=0 selects
    /// AVX-512 even there.
    /// </summary>
    internal static StoreInstructions BestStores(PersistSwitches switches)
    {
        if (!switches.AllowsVectors || !Sse2.X64.IsSupported)
        {
            return switches.AllowsWordStores ? StoreInstructions.Words : StoreInstructions.Runtime;
        }

        bool hasAvx = Avx.IsSupported && switches.AllowsAvx;
        if (HasAvx512(switches) && (Vector512.IsHardwareAccelerated || !hasAvx))
        {
            return StoreInstructions.Avx512;
        }

        return hasAvx ? StoreInstructions.Avx : StoreInstructions.Sse2;
    }

    /// <summary>
    /// Whether streaming loops whose lines take several stores put a fence behind each group. libpmem does so on Intel
    /// where it has no AVX-512; so where AVX only stands in for it there is no fence either.
    /// </summary>
    internal static bool FencesGroups(PersistSwitches switches) =>
        switches.FencesGroups ?? (IsGenuineIntel && !HasAvx512(switches));

    internal static bool HasAvx512(PersistSwitches switches) => Avx512F.IsSupported && switches.AllowsAvx512;

    private static bool IsSet(int register, int bit) => (register & (1 << bit)) != 0;
}
