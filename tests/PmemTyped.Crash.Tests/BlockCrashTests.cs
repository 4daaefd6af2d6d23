using PmemTyped.Blocks.Btt;
using PmemTyped.CrashTesting;
using PmemTyped.Mapping;
using Xunit.Abstractions;

namespace PmemTyped.Crash.Tests;

/// <summary>No crash state of a block operation is torn, lost after acknowledgement, or unopenable.</summary>
public sealed class BlockCrashTests(ITestOutputHelper output)
{
    public static TheoryData<string, PersistModel, StoreGranularity> Cases
    {
        get
        {
            var cases = new TheoryData<string, PersistModel, StoreGranularity>();
            foreach (string scenario in (string[])
                [
                    nameof(BlockScenarios.FirstWrite),
                    nameof(BlockScenarios.Writes),
                    nameof(BlockScenarios.States),
                    nameof(BlockScenarios.AfterRecovery),
                ])
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
    public void Every_crash_state_opens_and_keeps_what_was_acknowledged(
        string scenario, PersistModel model, StoreGranularity granularity)
    {
        CrashRun run = CrashRun.Of(BlockScenarios.Named(scenario), model, granularity: granularity);

        output.WriteLine(FormattableString.Invariant($"{run.States} crash states"));
        Assert.True(run.Violations == 0, run.First);
        Assert.True(run.States > 100, FormattableString.Invariant($"only {run.States} states"));
    }

    [Theory]
    [InlineData(1, nameof(BlockScenarios.Writes))]
    [InlineData(2, nameof(BlockScenarios.Writes))]
    [InlineData(3, nameof(BlockScenarios.Writes))]
    [InlineData(4, nameof(BlockScenarios.Writes))]
    [InlineData(5, nameof(BlockScenarios.States))]
    [InlineData(6, nameof(BlockScenarios.AfterRecovery))]
    [InlineData(7, nameof(BlockScenarios.FirstWrite))]
    [InlineData(8, nameof(BlockScenarios.FirstWrite))]
    [InlineData(9, nameof(BlockScenarios.FirstWrite))]
    [InlineData(10, nameof(BlockScenarios.FirstWrite))]
    public void Leaving_out_an_ordering_point_is_noticed(int number, string scenario)
    {
        var point = new OrderingPoint(BttOrdering.P1.Protocol, number);
        CrashRun run = CrashRun.Of(BlockScenarios.Named(scenario), PersistModel.AtomSubset, point);

        output.WriteLine(FormattableString.Invariant($"first of {run.States} states: {run.First}"));
        Assert.True(run.Violations > 0, FormattableString.Invariant($"{point} is not needed in {run.States} states"));
    }

    [Theory]
    [InlineData(nameof(BlockScenarios.FirstWrite))]
    [InlineData(nameof(BlockScenarios.Writes))]
    [InlineData(nameof(BlockScenarios.States))]
    public void A_flush_that_fails_at_any_moment_leaves_every_block_old_or_new(string name)
    {
        BlockScenario scenario = BlockScenarios.Named(name);
        bool hasFailed = true;
        for (int successes = 0; hasFailed; successes++)
        {
            var log = new StoreLog(scenario.Initial);
            log.FailAfterFlushes(successes);
            hasFailed = Fails(scenario, log);
            if (hasFailed)
            {
                Assert.Throws<PmemFaultedException>(() => log.Medium.ThrowIfFaulted());
            }

            CrashRun run = CrashRun.Judge(scenario, log, PersistModel.LinePrefix);
            Assert.True(run.Violations == 0, FormattableString.Invariant($"after {successes} flushes, {run.First}"));
        }
    }

    private static bool Fails(BlockScenario scenario, StoreLog log)
    {
        try
        {
            scenario.Run(log.Medium, log);
            return false;
        }
        catch (PmemFaultedException)
        {
            return true;
        }
    }
}
