using System.Runtime.Intrinsics;
using PmemTyped.Native.X64;

namespace PmemTyped.Native.Tests;

/// <summary>The kernel lists the same CPU features, so it can contradict what is detected here.</summary>
public sealed class CpuFeaturesTests
{
    private static readonly string[] s_flags = CpuInfo("flags").Split(' ');

    [Theory]
    [InlineData(true, true)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(false, false)]
    public void The_best_allowed_flush_instruction_is_chosen(bool allowsClwb, bool allowsClflushOpt)
    {
        FlushInstruction expected =
            s_flags.Contains("clwb") && allowsClwb ? FlushInstruction.Clwb
            : s_flags.Contains("clflushopt") && allowsClflushOpt ? FlushInstruction.ClflushOpt
            : s_flags.Contains("clflush") ? FlushInstruction.Clflush
            : FlushInstruction.None;
        Assert.Equal(
            expected,
            CpuFeatures.BestFlush(new PersistSwitches { AllowsClwb = allowsClwb, AllowsClflushOpt = allowsClflushOpt }));
    }

    [Theory]
    [InlineData(true, true)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(false, false)]
    public void The_widest_allowed_stores_are_chosen_that_do_not_slow_the_CPU_down(bool allowsAvx, bool allowsAvx512)
    {
        bool hasAvx = allowsAvx && s_flags.Contains("avx");
        bool hasAvx512 = allowsAvx512 && s_flags.Contains("avx512f");
        StoreInstructions expected =
            hasAvx512 && (Vector512.IsHardwareAccelerated || !hasAvx) ? StoreInstructions.Avx512
            : hasAvx ? StoreInstructions.Avx
            : s_flags.Contains("sse2") ? StoreInstructions.Sse2
            : StoreInstructions.Words;
        Assert.Equal(
            expected,
            CpuFeatures.BestStores(new PersistSwitches { AllowsAvx = allowsAvx, AllowsAvx512 = allowsAvx512 }));
    }

    [Theory]
    [InlineData(true, StoreInstructions.Words)]
    [InlineData(false, StoreInstructions.Runtime)]
    public void Without_vectors_words_or_the_runtime_store(bool allowsWordStores, StoreInstructions expected) =>
        Assert.Equal(
            expected,
            CpuFeatures.BestStores(new PersistSwitches { AllowsVectors = false, AllowsWordStores = allowsWordStores }));

    [Theory]
    [InlineData(true, true, true)]
    [InlineData(true, false, true)]
    [InlineData(false, true, false)]
    [InlineData(null, true, null)]
    [InlineData(null, false, null)]
    public void Groups_are_fenced_on_Intel_without_AVX512_unless_the_switch_decides(
        bool? forced, bool allowsAvx512, bool? expected) => Assert.Equal(
            expected ?? (CpuFeatures.IsGenuineIntel && !(allowsAvx512 && s_flags.Contains("avx512f"))),
            CpuFeatures.FencesGroups(new PersistSwitches { FencesGroups = forced, AllowsAvx512 = allowsAvx512 }));

    [Fact]
    public void The_vendor_is_that_of_the_kernel() =>
        Assert.Equal(CpuInfo("vendor_id").EndsWith("GenuineIntel", StringComparison.Ordinal), CpuFeatures.IsGenuineIntel);

    private static string CpuInfo(string name) => File.ReadLines("/proc/cpuinfo")
        .FirstOrDefault(line => line.StartsWith(name, StringComparison.Ordinal)) ?? string.Empty;
}
