using PmemTyped.CrashTesting;
using PmemTyped.Mapping;
using Xunit.Abstractions;

namespace PmemTyped.Crash.Tests;

/// <summary>Records: upgrades of a pool, migration, several records in a block.</summary>
public sealed class RecordCrashTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData("migration", PersistModel.AtomSubset, StoreGranularity.CacheLine)]
    [InlineData("migration", PersistModel.LinePrefix, StoreGranularity.CacheLine)]
    [InlineData("migration", PersistModel.AtomSubset, StoreGranularity.Page)]
    [InlineData("migration in two steps", PersistModel.AtomSubset, StoreGranularity.CacheLine)]
    [InlineData("packed", PersistModel.AtomSubset, StoreGranularity.CacheLine)]
    [InlineData("packed", PersistModel.LinePrefix, StoreGranularity.CacheLine)]
    [InlineData("packed", PersistModel.AtomSubset, StoreGranularity.Page)]
    public void Every_crash_state_of_records_keeps_its_promise(string scenario, PersistModel model, StoreGranularity granularity)
    {
        CrashRun run = CrashRun.Of(Named(scenario), model, granularity: granularity);

        output.WriteLine(FormattableString.Invariant($"{run.States} crash states"));
        Assert.True(run.Violations == 0, run.First);
        Assert.True(run.States > 100, FormattableString.Invariant($"only {run.States} states"));
    }

    [Theory]
    [InlineData("POOL", 3, "migration")]
    [InlineData("POOL", 4, "migration")]
    [InlineData("POOL", 6, "migration in two steps")]
    [InlineData("BTT", 1, "packed")]
    [InlineData("BTT", 11, "migration")]
    [InlineData("BTT", 14, "migration")]
    public void Leaving_out_an_ordering_point_is_noticed(string protocol, int number, string scenario)
    {
        CrashRun run = CrashRun.Of(Named(scenario), PersistModel.AtomSubset, new OrderingPoint(protocol, number));

        output.WriteLine(FormattableString.Invariant($"first of {run.States} states: {run.First}"));
        Assert.True(run.Violations > 0, FormattableString.Invariant($"not needed in {run.States} states"));
    }

    private static ICrashScenario Named(string name) => name switch
    {
        "migration" => new MigrationScenario(),
        "migration in two steps" => new MigrationScenario { InTwoSteps = true },
        "packed" => new PackedScenario(),
        _ => throw new ArgumentOutOfRangeException(nameof(name)),
    };
}
