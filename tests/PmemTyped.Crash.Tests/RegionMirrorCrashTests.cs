using PmemTyped.CrashTesting;
using PmemTyped.Mapping;
using Xunit.Abstractions;

namespace PmemTyped.Crash.Tests;

/// <summary>A crash at any moment leaves each replica of a region sound, and the region of the set too.</summary>
public sealed class RegionMirrorCrashTests(ITestOutputHelper output)
{
    private static readonly string[] s_scenarios =
        [nameof(RegionCreateScenario), nameof(LateTypeScenario), nameof(TwoLanesScenario), "Transfers", "Blobs", "Arrays", "Aborts"];

    public static TheoryData<string, PersistModel, StoreGranularity> Cases
    {
        get
        {
            var cases = new TheoryData<string, PersistModel, StoreGranularity>();
            foreach (string scenario in s_scenarios)
            {
                cases.Add(scenario, PersistModel.AtomSubset, StoreGranularity.CacheLine);
                cases.Add(scenario, PersistModel.LinePrefix, StoreGranularity.CacheLine);
                cases.Add(scenario, PersistModel.AtomSubset, StoreGranularity.Page);
            }

            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Each_of_two_copies_holds_what_was_committed(string scenario, PersistModel model, StoreGranularity granularity)
    {
        var mirrored = new MirroredRegionScenario(RegionCrashTests.Named(scenario));
        CrashRun run = CrashRun.Of(mirrored, model, granularity: granularity);

        output.WriteLine(FormattableString.Invariant($"{mirrored.Checked} of {run.States} crash states"));
        Assert.True(run.Violations == 0, run.First);
        Assert.True(mirrored.Checked > 20, FormattableString.Invariant($"only {mirrored.Checked} states"));
    }

    [Theory]
    [InlineData(PersistModel.AtomSubset, StoreGranularity.CacheLine)]
    [InlineData(PersistModel.LinePrefix, StoreGranularity.CacheLine)]
    [InlineData(PersistModel.AtomSubset, StoreGranularity.Page)]
    public void Each_replica_and_the_set_hold_what_was_committed(PersistModel model, StoreGranularity granularity)
    {
        using var files = new RegionSetFiles();
        var scenario = new RegionSetScenario(files);
        CrashRun run = CrashRun.Of(scenario, model, granularity: granularity);

        output.WriteLine(FormattableString.Invariant($"{scenario.Checked} of {run.States} crash states, {scenario.FilesOpened} opened from files"));
        Assert.True(run.Violations == 0, run.First);
        Assert.True(scenario.Checked > 100, FormattableString.Invariant($"only {scenario.Checked} states"));
        Assert.True(scenario.FilesOpened > 5, FormattableString.Invariant($"only {scenario.FilesOpened} from files"));
    }

    [Theory]
    [InlineData("REGION", 1, nameof(RegionCreateScenario))]
    [InlineData("REGION", 2, nameof(RegionCreateScenario))]
    [InlineData("REGION", 3, nameof(LateTypeScenario))]
    [InlineData("REGION", 4, nameof(LateTypeScenario))]
    [InlineData("REGION", 5, "Blobs")]
    [InlineData("REGION", 6, "Blobs")]
    [InlineData("TX", 1, "Transfers")]
    [InlineData("TX", 2, "Transfers")]
    [InlineData("TX", 3, "Transfers")]
    [InlineData("TX", 4, "Aborts")]
    [InlineData("TX", 5, "Aborts")]
    [InlineData("MIRROR", 1, "Transfers")]
    public void Leaving_out_an_ordering_point_is_noticed(string protocol, int number, string scenario)
    {
        CrashRun run = CrashRun.Of(
            new MirroredRegionScenario(RegionCrashTests.Named(scenario)), PersistModel.LinePrefix, new OrderingPoint(protocol, number));

        output.WriteLine(FormattableString.Invariant($"first of {run.States} states: {run.First}"));
        Assert.True(run.Violations > 0, FormattableString.Invariant($"not needed in {run.States} states"));
    }
}
