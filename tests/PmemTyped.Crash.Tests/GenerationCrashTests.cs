using PmemTyped.CrashTesting;
using PmemTyped.Mapping;
using Xunit.Abstractions;

namespace PmemTyped.Crash.Tests;

/// <summary>A crash at any moment leaves the metadata of a copy whole, and the bitmap of what a replica missed complete.</summary>
public sealed class GenerationCrashTests(ITestOutputHelper output)
{
    private static readonly Dictionary<string, ICrashScenario> s_scenarios = new()
    {
        [nameof(MetadataScenario)] = new MetadataScenario(),
        [nameof(MissedScenario)] = new MissedScenario(),
    };

    [Theory]
    [InlineData(nameof(MetadataScenario), PersistModel.AtomSubset, StoreGranularity.CacheLine)]
    [InlineData(nameof(MetadataScenario), PersistModel.LinePrefix, StoreGranularity.CacheLine)]
    [InlineData(nameof(MetadataScenario), PersistModel.AtomSubset, StoreGranularity.Page)]
    [InlineData(nameof(MissedScenario), PersistModel.AtomSubset, StoreGranularity.CacheLine)]
    [InlineData(nameof(MissedScenario), PersistModel.LinePrefix, StoreGranularity.CacheLine)]
    [InlineData(nameof(MissedScenario), PersistModel.AtomSubset, StoreGranularity.Page)]
    public void Every_crash_leaves_what_was_acknowledged(string scenario, PersistModel model, StoreGranularity granularity)
    {
        CrashRun run = CrashRun.Of(s_scenarios[scenario], model, granularity: granularity);

        output.WriteLine(FormattableString.Invariant($"{run.States} crash states"));
        Assert.True(run.Violations == 0, run.First);
        Assert.True(run.States > 20, FormattableString.Invariant($"only {run.States} states"));
    }

    [Theory]
    [InlineData("GEN", 1, nameof(MetadataScenario))]
    [InlineData("MISS", 1, nameof(MissedScenario))]
    [InlineData("MISS", 2, nameof(MissedScenario))]
    public void Leaving_out_an_ordering_point_is_noticed(string protocol, int number, string scenario)
    {
        CrashRun run = CrashRun.Of(s_scenarios[scenario], PersistModel.AtomSubset, new OrderingPoint(protocol, number));

        output.WriteLine(FormattableString.Invariant($"first of {run.States} states: {run.First}"));
        Assert.True(run.Violations > 0, FormattableString.Invariant($"not needed in {run.States} states"));
    }
}
