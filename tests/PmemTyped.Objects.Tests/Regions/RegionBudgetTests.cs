using System.Runtime.CompilerServices;
using System.Text;
using PmemTyped.CrashTesting;
using PmemTyped.Mapping;
using PmemTyped.Objects.Regions;

namespace PmemTyped.Objects.Tests.Regions;

/// <summary>
/// What each operation on a region costs in flushes and drains. The table is a budget: a change of it is a decision, made
/// with PMEMTYPED_ACCEPT=1 and explained in the commit.
/// </summary>
public sealed class RegionBudgetTests
{
    private const string AcceptVariable = "PMEMTYPED_ACCEPT";

    [Fact]
    public void Every_operation_keeps_within_its_budget()
    {
        string measured = Measure();
        string golden = GoldenPath();
        if (Environment.GetEnvironmentVariable(AcceptVariable) == "1")
        {
            File.WriteAllText(golden, measured);
        }

        Assert.Equal(File.ReadAllText(golden), measured);
    }

    private static string Measure()
    {
        var text = new StringBuilder("operation                    granularity  flushes  drains\n");
        foreach (StoreGranularity granularity in (StoreGranularity[])[StoreGranularity.CacheLine, StoreGranularity.Page])
        {
            foreach ((string operation, int flushes, int drains) in Costs(granularity))
            {
                text.Append(FormattableString.Invariant($"{operation,-28} {granularity,-11} {flushes,8} {drains,7}\n"));
            }
        }

        return text.ToString();
    }

    private static IEnumerable<(string Operation, int Flushes, int Drains)> Costs(StoreGranularity granularity)
    {
        var file = new StoreLog(new byte[RecordedRegion.Format.LengthBytes], granularity);
        yield return Cost("create, 2 lanes, 3 types", file, () => RegionHeader<RecordingMedium>.Create(
            file.Medium, "file", RecordedRegion.Geometry, RecordedRegion.Types));
        yield return Cost("first object of a type", file, () =>
        {
            RecordedRegion opened = RecordedRegion.Open(file);
            opened.Transact(lane => _ = lane.New(opened.EntryType));
        });

        RecordedRegion region = RecordedRegion.Create(granularity);
        StoreLog log = region.Log;
        yield return Cost("empty transaction", log, () => region.Transact(_ => { }));
        yield return Cost("update of 8 bytes", log, () => region.Transact(lane => Transfer(region, lane, [region.From])));
        yield return Cost("two of 8 bytes at once", log, () => region.Transact(lane =>
        {
            lane.Log(region.From, region.CounterType);
            lane.Log(region.To, region.CounterType);
            lane.PersistLog();
            region.Add(region.From, -5);
            region.Add(region.To, 5);
        }));
        yield return Cost("two of 8 bytes in turn", log, () => region.Transact(lane => Transfer(region, lane, [region.From, region.To])));
        yield return Cost("two of 8 bytes in a line", log, () => region.Transact(lane => Transfer(region, lane, [region.From, region.From + 8])));
        yield return Cost("two of 8 bytes, undone", log, () => region.Transact(
            lane => Transfer(region, lane, [region.From, region.To]), commits: false));
        yield return Cost("push", log, () => region.Push(3));
        yield return Cost("pop", log, region.Pop);
        yield return Cost("array of 20, undone", log, () => region.Transact(lane => _ = lane.NewArray(region.EntryType, 20), commits: false));
        yield return Cost("open", log, () => _ = RecordedRegion.Open(log));
        region.Transact(lane => Transfer(region, lane, [region.From, region.To]));
        var interrupted = new StoreLog(Interrupted(region), granularity);
        yield return Cost("open and undo one", interrupted, () => _ = RecordedRegion.Open(interrupted));
    }

    private static void Transfer(
        RecordedRegion region, PmemTyped.Objects.Transactions.TransactionLane<RecordingMedium> lane, long[] counters)
    {
        foreach (long counter in counters)
        {
            region.Update(lane, counter, region.CounterType);
            region.Add(counter, 5);
        }
    }

    private static byte[] Interrupted(RecordedRegion region)
    {
        byte[] image = [];
        region.Transact(
            lane =>
            {
                Transfer(region, lane, [region.From, region.To]);
                image = region.Image;
            },
            commits: false);
        return image;
    }

    private static (string Operation, int Flushes, int Drains) Cost(string operation, StoreLog log, Action action)
    {
        int flushes = log.FlushCount;
        int drains = log.DrainCount;
        action();
        return (operation, log.FlushCount - flushes, log.DrainCount - drains);
    }

    private static string GoldenPath([CallerFilePath] string thisFile = "") =>
        Path.Combine(Path.GetDirectoryName(thisFile)!, "..", "..", "Golden", "persist-budget-regions.txt");
}
