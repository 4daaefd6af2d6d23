using PmemTyped.Blocks;
using PmemTyped.CrashTesting;
using PmemTyped.Mapping;
using PmemTyped.Sets.Layout;
using Xunit.Abstractions;

namespace PmemTyped.Crash.Tests;

/// <summary>Making, describing, opening, closing and repairing a pool survive a crash at every moment.</summary>
public sealed class PoolCrashTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData(nameof(CreateScenario), PersistModel.AtomSubset)]
    [InlineData(nameof(CreateScenario), PersistModel.LinePrefix)]
    [InlineData(nameof(ShutdownScenario), PersistModel.AtomSubset)]
    [InlineData(nameof(ShutdownScenario), PersistModel.LinePrefix)]
    [InlineData(nameof(ApplicationAreaScenario), PersistModel.AtomSubset)]
    [InlineData(nameof(ApplicationAreaScenario), PersistModel.LinePrefix)]
    [InlineData(nameof(FeatureScenario), PersistModel.AtomSubset)]
    [InlineData(nameof(FeatureScenario), PersistModel.LinePrefix)]
    [InlineData(nameof(RepairScenario), PersistModel.AtomSubset)]
    [InlineData(nameof(RepairScenario), PersistModel.LinePrefix)]
    [InlineData(nameof(AdvancedRepairScenario), PersistModel.AtomSubset)]
    [InlineData(nameof(AdvancedRepairScenario), PersistModel.LinePrefix)]
    [InlineData(nameof(GrowthScenario), PersistModel.AtomSubset)]
    [InlineData(nameof(GrowthScenario), PersistModel.LinePrefix)]
    [InlineData(nameof(GrowthFinishScenario), PersistModel.AtomSubset)]
    [InlineData(nameof(GrowthFinishScenario), PersistModel.LinePrefix)]
    public void Every_crash_state_keeps_its_promise(string scenario, PersistModel model)
    {
        CrashRun run = CrashRun.Of(Named(scenario), model);

        output.WriteLine(FormattableString.Invariant($"{run.States} crash states"));
        Assert.True(run.Violations == 0, run.First);
        Assert.True(run.States > 4, FormattableString.Invariant($"only {run.States} states"));
    }

    [Theory]
    [InlineData("POOL", 1, nameof(CreateScenario))]
    [InlineData("POOL", 2, nameof(CreateScenario))]
    [InlineData("POOL", 3, nameof(ApplicationAreaScenario))]
    [InlineData("POOL", 4, nameof(ApplicationAreaScenario))]
    [InlineData("POOL", 5, nameof(FeatureScenario))]
    [InlineData("SDS", 1, nameof(ShutdownScenario))]
    [InlineData("SDS", 2, nameof(ShutdownScenario))]
    [InlineData("REPAIR", 1, nameof(AdvancedRepairScenario))]
    [InlineData("REPAIR", 2, nameof(RepairScenario))]
    [InlineData("REPAIR", 3, nameof(RepairScenario))]
    [InlineData("REPAIR", 4, nameof(RepairScenario))]
    [InlineData("GROWTH", 1, nameof(GrowthScenario))]
    [InlineData("GROWTH", 2, nameof(GrowthScenario))]
    [InlineData("GROWTH", 3, nameof(GrowthScenario))]
    [InlineData("GROWTH", 4, nameof(GrowthScenario))]
    public void Leaving_out_an_ordering_point_is_noticed(string protocol, int number, string scenario)
    {
        CrashRun run = CrashRun.Of(
            Named(scenario), PersistModel.AtomSubset, new OrderingPoint(protocol, number));

        output.WriteLine(FormattableString.Invariant($"first of {run.States} states: {run.First}"));
        Assert.True(run.Violations > 0, FormattableString.Invariant($"not needed in {run.States} states"));
    }

    [Fact]
    public void A_pool_whose_flush_failed_is_not_marked_as_cleanly_closed()
    {
        var log = new StoreLog(PoolImages.Written);
        BlockPoolCore<RecordingMedium> pool = PoolImages.Open(log.Medium);
        log.FailAfterFlushes(0);
        bool isReleased = false;

        Assert.Throws<PmemFaultedException>(() => pool.Table.SetZero(3));
        Assert.Throws<PmemFaultedException>(() => pool.Close(() => isReleased = true));

        PartHeaderLayout header = BlockPoolCore<RecordingMedium>.LoadHeader(log.Medium);
        Assert.Equal(1, header.ShutdownState.Dirty);
        Assert.True(isReleased);
    }

    private static ICrashScenario Named(string name) => name switch
    {
        nameof(CreateScenario) => new CreateScenario(),
        nameof(ShutdownScenario) => new ShutdownScenario(),
        nameof(ApplicationAreaScenario) => new ApplicationAreaScenario(),
        nameof(FeatureScenario) => new FeatureScenario(),
        nameof(RepairScenario) => new RepairScenario(),
        nameof(AdvancedRepairScenario) => new AdvancedRepairScenario(),
        nameof(GrowthScenario) => new GrowthScenario(),
        nameof(GrowthFinishScenario) => new GrowthFinishScenario(),
        _ => throw new ArgumentOutOfRangeException(nameof(name)),
    };
}
