using PmemTyped.CrashTesting;
using PmemTyped.Mapping;
using Xunit.Abstractions;

namespace PmemTyped.Crash.Tests;

/// <summary>A crash at any moment leaves each replica of a pool sound, and the pool of the set too.</summary>
public sealed class MirrorCrashTests(ITestOutputHelper output) : IDisposable
{
    private readonly MirroredFiles _files = new();

    public void Dispose() => _files.Dispose();

    [Theory]
    [InlineData(PersistModel.AtomSubset, StoreGranularity.CacheLine)]
    [InlineData(PersistModel.LinePrefix, StoreGranularity.CacheLine)]
    [InlineData(PersistModel.AtomSubset, StoreGranularity.Page)]
    public void Each_replica_and_the_set_hold_what_was_acknowledged(PersistModel model, StoreGranularity granularity)
    {
        var scenario = new MirrorScenario(_files);
        CrashRun run = CrashRun.Of(scenario, model, granularity: granularity);

        output.WriteLine(FormattableString.Invariant($"{scenario.Checked} of {run.States} crash states, {scenario.FilesOpened} opened from files"));
        Assert.True(run.Violations == 0, run.First);
        Assert.True(scenario.Checked > 100, FormattableString.Invariant($"only {scenario.Checked} states"));
        Assert.True(scenario.FilesOpened > 5, FormattableString.Invariant($"only {scenario.FilesOpened} from files"));
    }

    [Theory]
    [InlineData("MIRROR", 1, nameof(MirrorScenario))]
    public void Leaving_out_an_ordering_point_is_noticed(string protocol, int number, string scenario)
    {
        CrashRun run = CrashRun.Of(new MirrorScenario(_files), PersistModel.AtomSubset, new OrderingPoint(protocol, number));

        output.WriteLine(FormattableString.Invariant($"{scenario}: first of {run.States} states: {run.First}"));
        Assert.True(run.Violations > 0, FormattableString.Invariant($"not needed in {run.States} states"));
    }
}
