namespace PmemTyped.Objects.Tests.Records;

/// <summary>What an action allocates once everything is warm: the first passes pay for compilation and buffers.</summary>
internal static class Allocation
{
    private const int Passes = 20;

    internal static long Of(Action action)
    {
        long allocated = long.MaxValue;
        for (int pass = 0; pass < Passes && allocated != 0; pass++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            action();
            allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        }

        return allocated;
    }
}
