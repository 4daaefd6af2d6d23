using PmemTyped.CrashTesting;
using PmemTyped.Mapping;
using PmemTyped.Objects.Regions;
using PmemTyped.Objects.Transactions;

namespace PmemTyped.Objects.Tests.Regions;

/// <summary>
/// A region over a recording medium, for budgets and damage: the book, two counters in different lines, a list of two and an
/// array.
/// </summary>
internal sealed class RecordedRegion
{
    internal const int BookType = 0;

    internal static readonly RegionFormat Format =
        new(LengthBytes: 16 * 4096, ChunkBytes: 4096, TypeCapacity: 4, LaneCount: 2, LaneBytes: 4096);

    private RecordedRegion(StoreLog log, RegionCore<RecordingMedium> core)
    {
        Log = log;
        Core = core;
        EntryType = core.Types.Find("test.entry");
        CounterType = core.Types.Find("test.counter");
    }

    internal static IReadOnlyList<RegionType> Types { get; } = ReachableTypes.Of<Book>();

    internal static RegionGeometry Geometry => RegionGeometry.Plan(Format)!;

    internal StoreLog Log { get; }

    internal RegionCore<RecordingMedium> Core { get; }

    internal int EntryType { get; }

    internal int CounterType { get; }

    internal long From => Field(8);

    internal long To => Field(16);

    internal byte[] Image => Log.Medium.Window(0, (int)Log.Medium.LengthBytes).ToArray();

    internal static RecordedRegion Create(StoreGranularity granularity = StoreGranularity.CacheLine)
    {
        var log = new StoreLog(new byte[Format.LengthBytes], granularity);
        RegionHeader<RecordingMedium>.Create(log.Medium, "recorded region", Geometry, Types);
        RecordedRegion region = Open(log);
        region.Transact(lane =>
        {
            region.Update(lane, region.Core.RootOffset, BookType);
            region.Store(8, lane.New(region.CounterType));
            for (int i = 0; i < 8; i++)
            {
                _ = lane.New(region.CounterType);
            }

            region.Store(16, lane.New(region.CounterType));
            region.Store(24, lane.NewArray(region.EntryType, 20));
        });
        region.Push(1);
        region.Push(2);
        return region;
    }

    internal static RecordedRegion Open(StoreLog log) =>
        new(log, RegionCore<RecordingMedium>.Open(log.Medium, "recorded region", Types));

    internal void Transact(Action<TransactionLane<RecordingMedium>> work, bool commits = true)
    {
        TransactionLane<RecordingMedium> lane = Core.Lanes.Acquire();
        try
        {
            _ = lane.Begin();
            work(lane);
            if (commits)
            {
                lane.Commit();
            }
            else
            {
                lane.Abort();
            }
        }
        finally
        {
            Core.Lanes.Release(lane);
        }
    }

    internal void Push(long number) => Transact(lane =>
    {
        long made = lane.New(EntryType);
        Update(lane, Core.RootOffset, BookType);
        Log.Medium.Store64(made, (ulong)number);
        Log.Medium.Store64(made + 8, (ulong)Field(0));
        Store(0, made);
    });

    internal void Pop() => Transact(lane =>
    {
        long head = Field(0);
        Update(lane, Core.RootOffset, BookType);
        _ = Core.Chunks.Require(head, EntryType);
        Store(0, (long)Log.Medium.Load64(head + 8));
        lane.Free(head, EntryType);
    });

    internal void Update(TransactionLane<RecordingMedium> lane, long offset, int type)
    {
        lane.Log(offset, type);
        lane.PersistLog();
    }

    internal void Add(long offset, long amount) =>
        Log.Medium.Store64(offset, (ulong)((long)Log.Medium.Load64(offset) + amount));

    internal long Field(int field) => (long)Log.Medium.Load64(Core.RootOffset + field);

    internal void Store(int field, long value) => Log.Medium.Store64(Core.RootOffset + field, (ulong)value);
}
