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
                    nameof(BlockScenarios.Groups),
                ])
            {
                cases.Add(scenario, PersistModel.AtomSubset, StoreGranularity.CacheLine);
                cases.Add(scenario, PersistModel.LinePrefix, StoreGranularity.CacheLine);
                cases.Add(scenario, PersistModel.AtomSubset, StoreGranularity.Page);
            }

            // The order inside a line is an assumption that only the second model makes; the last two are large.
            foreach (string scenario in (string[])
                [
                    nameof(BlockScenarios.FirstWriteByLine),
                    nameof(BlockScenarios.WritesByLine),
                    nameof(BlockScenarios.GroupsByLine),
                    nameof(BlockScenarios.FirstGroup),
                    nameof(BlockScenarios.LargeGroup),
                ])
            {
                cases.Add(scenario, PersistModel.LinePrefix, StoreGranularity.CacheLine);
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
    [InlineData(nameof(BlockScenarios.WritesByLine))]
    [InlineData(nameof(BlockScenarios.GroupsByLine))]
    public void A_flog_entry_ordered_by_its_line_is_torn_where_lines_keep_no_order(string scenario)
    {
        CrashRun run = CrashRun.Of(BlockScenarios.Named(scenario), PersistModel.AtomSubset);

        output.WriteLine(FormattableString.Invariant($"{run.Violations} of {run.States}, the first: {run.First}"));
        Assert.True(run.Violations > 0, FormattableString.Invariant($"sound in {run.States} states"));
    }

    // By line, P1 and P3 are all that a flog entry has: no flush of its own keeps the halves in order.
    [Theory]
    [InlineData(1, "WritesByLine")]
    [InlineData(3, "WritesByLine")]
    [InlineData(4, "WritesByLine")]
    [InlineData(11, "GroupsByLine")]
    [InlineData(13, "GroupsByLine")]
    [InlineData(14, "GroupsByLine")]
    public void Leaving_out_a_wave_is_noticed_where_lines_keep_their_order(int number, string scenario)
    {
        var point = new OrderingPoint(BttOrdering.P1.Protocol, number);
        CrashRun run = CrashRun.Of(BlockScenarios.Named(scenario), PersistModel.LinePrefix, point);

        Assert.True(run.Violations > 0, FormattableString.Invariant($"{point} is not needed in {run.States} states"));
    }

    // P4 and P14 are not here: a sync of pages covers what lies in between, so the first wave of the next write makes the
    // map entry durable before its flog entry can be lost. They are for whoever opens the file after a killed process.
    [Theory]
    [InlineData(1, "Writes")]
    [InlineData(3, "Writes")]
    [InlineData(11, "Groups")]
    [InlineData(13, "Groups")]
    public void Leaving_out_a_sync_of_pages_is_noticed(int number, string scenario)
    {
        var point = new OrderingPoint(BttOrdering.P1.Protocol, number);
        CrashRun run = CrashRun.Of(
            BlockScenarios.Named(scenario), PersistModel.AtomSubset, point, StoreGranularity.Page);

        Assert.True(run.Violations > 0, FormattableString.Invariant($"{point} is not needed in {run.States} states"));
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
    [InlineData(11, nameof(BlockScenarios.Groups))]
    [InlineData(12, nameof(BlockScenarios.Groups))]
    [InlineData(13, nameof(BlockScenarios.Groups))]
    [InlineData(14, nameof(BlockScenarios.Groups))]
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
    [InlineData(nameof(BlockScenarios.WritesByLine))]
    [InlineData(nameof(BlockScenarios.Groups))]
    [InlineData(nameof(BlockScenarios.GroupsByLine))]
    public void A_flush_that_fails_at_any_moment_leaves_every_block_old_or_new(string name)
    {
        ICrashScenario scenario = BlockScenarios.Named(name);
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

    private static bool Fails(ICrashScenario scenario, StoreLog log)
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
