using PmemTyped.Native.X64;

namespace PmemTyped.Native.Tests;

/// <summary>The kernel lists the same CPU features, so it can contradict what is detected here.</summary>
public sealed class CpuFeaturesTests
{
    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(true, true)]
    public void The_best_allowed_instruction_is_chosen(bool withoutClwb, bool withoutClflushOpt)
    {
        string[] flags = File.ReadLines("/proc/cpuinfo")
            .FirstOrDefault(line => line.StartsWith("flags", StringComparison.Ordinal))?.Split(' ') ?? [];
        FlushInstruction expected =
            flags.Contains("clwb") && !withoutClwb ? FlushInstruction.Clwb
            : flags.Contains("clflushopt") && !withoutClflushOpt ? FlushInstruction.ClflushOpt
            : flags.Contains("clflush") ? FlushInstruction.Clflush
            : FlushInstruction.None;
        Assert.Equal(expected, CpuFeatures.Detect(withoutClwb, withoutClflushOpt));
    }
}
