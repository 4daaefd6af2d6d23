using PmemTyped.CrashTesting;
using PmemTyped.Mapping;
using Xunit.Abstractions;

namespace PmemTyped.Crash.Tests;

/// <summary>No crash state of a transaction is torn, lost after acknowledgement, leaked, or unopenable.</summary>
public sealed class RegionCrashTests(ITestOutputHelper output)
{
    private static readonly string[] s_scenarios =
    [
        nameof(RegionCreateScenario), nameof(LateTypeScenario), nameof(TwoLanesScenario), "Transfers", "List", "Many", "Blobs",
        "Arrays", "Tables", "Aborts", "Reuse",
    ];

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
                cases.Add(scenario, PersistModel.LinePrefix, StoreGranularity.Page);
            }

            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Every_crash_state_opens_and_keeps_what_was_committed(
        string scenario, PersistModel model, StoreGranularity granularity)
    {
        CrashRun run = CrashRun.Of(Named(scenario), model, granularity: granularity);

        output.WriteLine(FormattableString.Invariant($"{run.States} crash states"));
        Assert.True(run.Violations == 0, run.First);
        Assert.True(run.States > 20, FormattableString.Invariant($"only {run.States} states"));
    }

    [Fact]
    public void The_crash_states_are_at_least_200_000()
    {
        long states = 0;
        foreach (object[] row in Cases)
        {
            var log = new StoreLog(Named((string)row[0]).Initial, (StoreGranularity)row[2]);
            Named((string)row[0]).Run(log.Medium, log);
            states += new CrashStateEnumerator(log, (PersistModel)row[1], CrashRun.Seed).Visit((_, _) => { });
        }

        output.WriteLine(FormattableString.Invariant($"{states} crash states"));
        Assert.True(states >= 200_000, FormattableString.Invariant($"only {states} states"));
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
    public void Leaving_out_an_ordering_point_is_noticed(string protocol, int number, string scenario)
    {
        CrashRun run = CrashRun.Of(
            Named(scenario), PersistModel.AtomSubset, new OrderingPoint(protocol, number));

        output.WriteLine(FormattableString.Invariant($"first of {run.States} states: {run.First}"));
        Assert.True(run.Violations > 0, FormattableString.Invariant($"not needed in {run.States} states"));
    }

    [Theory]
    [InlineData("Transfers")]
    [InlineData("PushPop")]
    [InlineData("Arrays")]
    public void A_flush_that_fails_at_any_moment_leaves_every_transaction_whole(string name)
    {
        ICrashScenario scenario = Named(name);
        bool hasFailed = true;
        for (int successes = 0; hasFailed; successes++)
        {
            var log = new StoreLog(scenario.Initial);
            log.FailAfterFlushes(successes);
            hasFailed = Fails(scenario, log);
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

    internal static ICrashScenario Named(string name) => name switch
    {
        nameof(RegionCreateScenario) => new RegionCreateScenario(),
        nameof(LateTypeScenario) => new LateTypeScenario(),
        nameof(TwoLanesScenario) => new TwoLanesScenario(),
        "Transfers" => new RegionScenario(
            RegionImages.Filled, RegionOperation.Transfer(5), RegionOperation.Transfer(7), RegionOperation.UpdateArray(9)),
        "List" => new RegionScenario(
            RegionImages.Filled,
            RegionOperation.Push(10), RegionOperation.Pop, RegionOperation.Pop, RegionOperation.Push(11), RegionOperation.Replace(12)),
        "PushPop" => new RegionScenario(RegionImages.Filled, RegionOperation.Push(10), RegionOperation.Pop),
        "Many" => new RegionScenario(
            RegionImages.Filled, RegionOperation.PushMany(100), RegionOperation.Transfer(1), RegionOperation.Pop),
        "Blobs" => new RegionScenario(
            RegionImages.Empty,
            RegionOperation.PushBlob(1), RegionOperation.PushBlob(2), RegionOperation.PopBlob, RegionOperation.PushBlob(3)),
        "Arrays" => new RegionScenario(
            RegionImages.Empty,
            RegionOperation.MakeArray(10), RegionOperation.UpdateArray(8), RegionOperation.FreeArray, RegionOperation.MakeArray(300)),
        "Tables" => new RegionScenario(
            RegionImages.Filled,
            RegionOperation.UpdateArray(1), RegionOperation.UpdateArray(2), RegionOperation.FreeArray,
            RegionOperation.MakeArray(30), RegionOperation.UpdateArray(3)),
        "Aborts" => new RegionScenario(
            RegionImages.Filled, RegionOperation.Abort(20), RegionOperation.Transfer(3), RegionOperation.Abort(21), RegionOperation.Push(22)),
        "Reuse" => new RegionScenario(
            RegionImages.Filled,
            RegionOperation.Pop, RegionOperation.Push(30), RegionOperation.FreeArray, RegionOperation.PushBlob(31),
            RegionOperation.PopBlob, RegionOperation.PopBlob, RegionOperation.MakeArray(500)),
        _ => throw new ArgumentOutOfRangeException(nameof(name)),
    };
}
