using System.Runtime.InteropServices;
using PmemTyped.Native.Arm64;

namespace PmemTyped.Native.Tests;

/// <summary>What cannot be argued correct is refused with its reason.</summary>
public sealed class ArmFlushTests
{
    [Fact]
    public void On_Arm64_the_reason_for_page_granularity_names_the_instruction_cache() => Assert.Contains(
        "instruction cache", ArmFlush.RefusalOn(Architecture.Arm64), StringComparison.Ordinal);

    [Fact]
    public void Elsewhere_there_is_nothing_to_refuse()
    {
        Assert.Null(ArmFlush.RefusalOn(Architecture.X64));
        Assert.Equal(ArmFlush.RefusalOn(RuntimeInformation.ProcessArchitecture), ArmFlush.RefusalHere);
    }
}
