// Each method has one mistake that the analyzers find. The pragmas stand here so that the sample builds; delete one and the
// editor shows the warning, its page, and the fix that leads to the method of the same name in Right.cs.
#pragma warning disable PMT1001, PMT1002, PMT1003, PMT1004, PMT1008, PMT3001, PMT3004, PMT3008 // shown on purpose
using PmemTyped;
using PmemTyped.Mapping;

namespace Warnings;

internal static class Wrong
{
    public static void Add(Persistent<Counter> counter, long value)
    {
        counter.Total += value;             // PMT1001: nothing flushes it
    }

    public static void Flush(Persistent<Counter> counter, long value)
    {
        counter.Last = value;
        counter.Flush();                    // PMT1002: nothing waits for it
    }

    public static void Late(Persistent<Counter> counter, long value)
    {
        counter.Persist();
        counter.Last = value;               // PMT1003: the flush was meant for this
    }

    public static void Publish(Persistent<Counter> counter, long value)
    {
        counter.Total += value;
        counter.Sequence++;                 // PMT1004: can be durable before the total is
        counter.Persist();
    }

    public static async Task AddLaterAsync(PmemMap map, long value)
    {
        {
            using scoped PmemMapLease lease = map.Lease();
            Persistent<Counter> counter = lease.At<Counter>(0);
            counter.Total += value;         // PMT1008: nobody can flush it after the pause
        }

        await Task.Yield();
    }

    public static long Read(PmemMap map)
    {
        using scoped PmemMapLease lease = map.Lease(); // PMT3001: a span could leave the block
        return lease.ReadAt<Counter>(0).Total;
    }

    public static void Key(Persistent<Counter> counter, string name)
    {
        counter.Last = name.GetHashCode(StringComparison.Ordinal); // PMT3004: another number in the next process
        counter.Persist();
    }

    public static void Reset(Persistent<Counter> counter)
    {
        Counter copy = counter.Value;
        copy.Total = 0;                     // PMT3008: changes the copy
        counter.Persist();
    }
}
