using System.Runtime.CompilerServices;
using System.Text;
using PmemTyped.Blocks.Btt;
using PmemTyped.CrashTesting;
using PmemTyped.Mapping;

namespace PmemTyped.Blocks.Tests;

/// <summary>
/// What each operation costs in flushes and drains. The table is a budget: a change of it is a decision, made with
/// PMEMTYPED_ACCEPT=1 and explained in the commit.
/// </summary>
public sealed class PersistBudgetTests
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
        var text = new StringBuilder("operation             granularity  flog entry  flushes  drains\n");
        foreach ((StoreGranularity granularity, FlogEntryOrder order) in ((StoreGranularity, FlogEntryOrder)[])
            [
                (StoreGranularity.CacheLine, FlogEntryOrder.ByLine),
                (StoreGranularity.CacheLine, FlogEntryOrder.ByDrain),
                (StoreGranularity.Page, FlogEntryOrder.ByDrain),
            ])
        {
            foreach ((string operation, int flushes, int drains) in Costs(granularity, order))
            {
                text.Append(FormattableString.Invariant(
                    $"{operation,-21} {granularity,-11}  {order,-10} {flushes,8} {drains,7}\n"));
            }
        }

        return text.ToString();
    }

    private static IEnumerable<(string Operation, int Flushes, int Drains)> Costs(
        StoreGranularity granularity, FlogEntryOrder order)
    {
        var file = new StoreLog(new byte[BlockPool.MinPoolBytes], granularity);
        yield return Cost("create", file, () => BlockPoolCore<RecordingMedium>.Create(
            file.Medium, new BlockPoolFormat(RecordedPool.BlockBytes, true, 1, default)));

        RecordedPool pool = RecordedPool.Create(granularity, order);
        StoreLog log = pool.Log;
        yield return Cost("set zero, no layout", log, () => pool.Table.SetZero(5));
        yield return Cost("first write", log, () => pool.Table.Write(5, RecordedPool.Content(1)));
        yield return Cost("write", log, () => pool.Table.Write(5, RecordedPool.Content(2)));
        yield return Cost("read", log, () => pool.Read(5, out _));
        yield return Cost("set zero", log, () => pool.Table.SetZero(5));
        yield return Cost("set zero again", log, () => pool.Table.SetZero(5));
        yield return Cost("set error", log, () => pool.Table.SetError(5));
        yield return Cost("write a bad block", log, () => pool.Table.Write(5, RecordedPool.Content(3)));
        yield return Cost("write 64 at once", log, () => pool.WriteMany(1, [.. Enumerable.Range(0, 64).Select(i => (long)i)]));
        yield return Cost("write 65 at once", log, () => pool.WriteMany(1, [.. Enumerable.Range(0, 65).Select(i => (long)i)]));
        yield return Cost("application area", log, () => pool.Core.InitializeApplicationArea(RecordedPool.Content(1)));
        yield return Cost("close", log, () => pool.Core.Close(() => { }));
        yield return Cost("open clean", log, () => pool = pool.Reopen());
        uint before = pool.MapEntry(7);
        pool.Table.Write(7, RecordedPool.Content(4));
        pool.SetMapEntry(7, before);
        yield return Cost("open and complete one", log, () => pool = pool.Reopen());
    }

    private static (string Operation, int Flushes, int Drains) Cost(string operation, StoreLog log, Action action)
    {
        int flushes = log.FlushCount;
        int drains = log.DrainCount;
        action();
        return (operation, log.FlushCount - flushes, log.DrainCount - drains);
    }

    private static string GoldenPath([CallerFilePath] string thisFile = "") =>
        Path.Combine(Path.GetDirectoryName(thisFile)!, "..", "Golden", "persist-budget.txt");
}
