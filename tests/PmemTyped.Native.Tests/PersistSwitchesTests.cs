using PmemTyped.Native.X64;

namespace PmemTyped.Native.Tests;

/// <summary>Each variable of the environment means what it means to libpmem, other texts mean nothing.</summary>
public sealed class PersistSwitchesTests
{
    [Fact]
    public void An_empty_environment_allows_everything_and_streams_from_256_bytes() =>
        Assert.Equal(new PersistSwitches(), PersistSwitches.FromEnvironment(_ => null));

    [Theory]
    [InlineData("PMEM_NO_CLWB", "1", "AllowsClwb")]
    [InlineData("PMEM_NO_CLWB", "0", null)]
    [InlineData("PMEM_NO_CLWB", "yes", null)]
    [InlineData("PMEM_NO_CLWB", "11", null)]
    [InlineData("PMEM_NO_CLFLUSHOPT", "1", "AllowsClflushOpt")]
    [InlineData("PMEM_NO_CLFLUSHOPT", "", null)]
    [InlineData("PMEM_AVX", "0", "AllowsAvx")]
    [InlineData("PMEM_AVX", "1", null)]
    [InlineData("PMEM_AVX512F", "0", "AllowsAvx512")]
    [InlineData("PMEM_AVX512F", "no", null)]
    [InlineData("PMEM_NO_MOVNT", "1", "AllowsVectors")]
    [InlineData("PMEM_NO_MOVNT", "0", null)]
    [InlineData("PMEM_NO_GENERIC_MEMCPY", "1", "AllowsWordStores")]
    [InlineData("PMEM_NO_GENERIC_MEMCPY", " -7x", "AllowsWordStores")]
    [InlineData("PMEM_NO_GENERIC_MEMCPY", "0", null)]
    [InlineData("PMEM_NO_GENERIC_MEMCPY", "yes", null)]
    [InlineData("PMEM_MOVDIR64B", "1", "WantsMovdir64b")]
    [InlineData("PMEM_MOVDIR64B", "", "WantsMovdir64b")]
    [InlineData("PMEM_MOVDIR64B", "0", null)]
    public void A_variable_turns_its_own_switch_and_no_other(string variable, string text, string? turned)
    {
        PersistSwitches expected = turned switch
        {
            null => new PersistSwitches(),
            "AllowsClwb" => new PersistSwitches { AllowsClwb = false },
            "AllowsClflushOpt" => new PersistSwitches { AllowsClflushOpt = false },
            "AllowsAvx" => new PersistSwitches { AllowsAvx = false },
            "AllowsAvx512" => new PersistSwitches { AllowsAvx512 = false },
            "AllowsVectors" => new PersistSwitches { AllowsVectors = false },
            "AllowsWordStores" => new PersistSwitches { AllowsWordStores = false },
            "WantsMovdir64b" => new PersistSwitches { WantsMovdir64b = true },
            _ => throw new ArgumentOutOfRangeException(nameof(turned), turned, null),
        };
        Assert.Equal(expected, PersistSwitches.FromEnvironment(name => name == variable ? text : null));
    }

    [Theory]
    [InlineData(null, 256)]
    [InlineData("1024", 1024)]
    [InlineData("0", 0)]
    [InlineData("-1", 256)]
    [InlineData(" \t+12 bytes", 12)]
    [InlineData("none", 0)]
    [InlineData("", 0)]
    [InlineData("9223372036854775807", long.MaxValue)]
    [InlineData("99999999999999999999", long.MaxValue)]
    [InlineData("-99999999999999999999", 256)]
    public void The_threshold_is_parsed_as_C_does(string? text, long expected) => Assert.Equal(
        expected,
        PersistSwitches.FromEnvironment(name => name == "PMEM_MOVNT_THRESHOLD" ? text : null).StreamingThresholdBytes);

    [Theory]
    [InlineData(null, null)]
    [InlineData("1", true)]
    [InlineData("0", false)]
    [InlineData("2", null)]
    public void The_workaround_is_forced_by_1_and_0_only(string? text, bool? expected) => Assert.Equal(
        expected, PersistSwitches.FromEnvironment(name => name == "PMEM_WC_WORKAROUND" ? text : null).FencesGroups);

    [Fact]
    public void A_switch_that_cannot_be_obeyed_is_named()
    {
        Assert.Null(PersistInstructions.Ignored(new PersistSwitches(), StoreInstructions.Avx));
        Assert.Contains(
            "PMEM_MOVDIR64B",
            PersistInstructions.Ignored(new PersistSwitches { WantsMovdir64b = true }, StoreInstructions.Avx),
            StringComparison.Ordinal);
    }

    [Fact]
    public void The_facade_shows_what_was_chosen_for_the_process()
    {
        Assert.Equal(CpuFeatures.BestStores(PersistSwitches.Current), PersistInstructions.Stores);
        Assert.Equal(PersistSwitches.Current.StreamingThresholdBytes, PersistInstructions.StreamingThresholdBytes);
        Assert.Equal(
            PersistSwitches.FromEnvironment(Environment.GetEnvironmentVariable), PersistSwitches.Current);
        PersistInstructions.Drain();
    }
}
