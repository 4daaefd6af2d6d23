using System.Runtime.Intrinsics.X86;

namespace PmemTyped.Native.X64;

/// <summary>
/// What this CPU offers for writing cache lines back, after the switches of the environment
/// (mapping specification, sections 7.2 and 8.1). Read once.
/// </summary>
internal static class CpuFeatures
{
    private const int ClflushBit = 19;
    private const int ClflushOptBit = 23;
    private const int ClwbBit = 24;

    /// <summary>Gets the best write-back instruction that the CPU has and the environment allows.</summary>
    internal static FlushInstruction BestFlushInstruction { get; } = Detect(
        Environment.GetEnvironmentVariable("PMEM_NO_CLWB") == "1",
        Environment.GetEnvironmentVariable("PMEM_NO_CLFLUSHOPT") == "1");

    internal static FlushInstruction Detect(bool withoutClwb, bool withoutClflushOpt)
    {
        if (!X86Base.IsSupported || !Environment.Is64BitProcess)
        {
            return FlushInstruction.None;
        }

        int extended = X86Base.CpuId(0, 0).Eax >= 7 ? X86Base.CpuId(7, 0).Ebx : 0;
        if (IsSet(extended, ClwbBit) && !withoutClwb)
        {
            return FlushInstruction.Clwb;
        }

        if (IsSet(extended, ClflushOptBit) && !withoutClflushOpt)
        {
            return FlushInstruction.ClflushOpt;
        }

        return IsSet(X86Base.CpuId(1, 0).Edx, ClflushBit)
            ? FlushInstruction.Clflush
            : FlushInstruction.None;
    }

    private static bool IsSet(int register, int bit) => (register & (1 << bit)) != 0;
}
