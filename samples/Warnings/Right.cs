using PmemTyped;
using PmemTyped.Mapping;

namespace Warnings;

/// <summary>What the fixes make of the methods in Wrong.cs.</summary>
internal static class Right
{
    public static void Add(Persistent<Counter> counter, long value)
    {
        counter.Total += value;
        counter.Persist(Counter.FieldSet.Total);
    }

    public static void Flush(Persistent<Counter> counter, long value)
    {
        counter.Last = value;
        counter.Persist();
    }

    public static void Late(Persistent<Counter> counter, long value)
    {
        counter.Last = value;
        counter.Persist();
    }

    public static void Publish(Persistent<Counter> counter, long value)
    {
        counter.Total += value;
        counter.Persist(Counter.FieldSet.Total);
        counter.Sequence++;
        counter.Persist();
    }

    public static async Task AddLaterAsync(PmemMap map, long value)
    {
        {
            using scoped PmemMapLease lease = map.Lease();
            Persistent<Counter> counter = lease.At<Counter>(0);
            counter.Total += value;
            counter.Persist(Counter.FieldSet.Total);
        }

        await Task.Yield();
    }

    public static long Read(PmemMap map)
    {
        using scoped PmemMapLease lease = map.Lease();
        return lease.ReadAt<Counter>(0).Total;
    }

    public static void Reset(Persistent<Counter> counter)
    {
        counter.Total = 0;
        counter.Persist();
    }
}
