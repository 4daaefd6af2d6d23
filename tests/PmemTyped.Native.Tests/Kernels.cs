using PmemTyped.Native.X64;

namespace PmemTyped.Native.Tests;

/// <summary>Every kernel that this machine can run, forced by switches.</summary>
internal static class Kernels
{
    private static readonly Dictionary<string, PersistSwitches> s_switches = new()
    {
        ["default"] = new PersistSwitches(),
        ["AVX-512"] = new PersistSwitches { AllowsAvx = false },
        ["AVX"] = new PersistSwitches { AllowsAvx512 = false, FencesGroups = false },
        ["AVX, fences"] = new PersistSwitches { AllowsAvx512 = false, FencesGroups = true },
        ["SSE2"] = new PersistSwitches { AllowsAvx512 = false, AllowsAvx = false, FencesGroups = false },
        ["SSE2, fences"] = new PersistSwitches { AllowsAvx512 = false, AllowsAvx = false, FencesGroups = true },
        ["CLFLUSH"] = new PersistSwitches { AllowsClwb = false, AllowsClflushOpt = false },
        ["words"] = new PersistSwitches { AllowsVectors = false },
        ["runtime"] = new PersistSwitches { AllowsVectors = false, AllowsWordStores = false },
    };

    internal static TheoryData<string> Names => [.. s_switches.Keys];

    internal static TheoryData<string> NamesThatKeepWordsWhole => [.. s_switches.Keys.Where(n => n != "runtime")];

    internal static StoreWay[] Ways { get; } = Enum.GetValues<StoreWay>();

    internal static StoreFunctions Make(string name)
    {
        PersistSwitches switches = s_switches[name];
        return StoreFunctions.Choose(switches, new CacheLineFlusher(CpuFeatures.BestFlush(switches)));
    }
}
