using PmemTyped.Replication.Target;
using PmemTyped.Replication.Tests.Support;

namespace PmemTyped.Replication.Tests;

/// <summary>The hot calls allocate nothing, on the side of the initiator and on that of the target.</summary>
public sealed class AllocationTests
{
    private const int Rounds = 8;
    private const int Calls = 150;

    [Theory]
    [InlineData("persist", 64)]
    [InlineData("persist", 1 << 20)]
    [InlineData("relaxed", 64)]
    [InlineData("flush", 64)]
    [InlineData("read", 4096)]
    public void A_call_allocates_nothing(string call, int lengthBytes)
    {
        using var bench = new ReplicaBench();
        using RemotePool pool = bench.NewPool(new RemotePoolOptions { HeartbeatInterval = TimeSpan.FromMinutes(1) });
        byte[] read = new byte[lengthBytes];
        void Run(int times)
        {
            for (int i = 0; i < times; i++)
            {
                switch (call)
                {
                    case "persist":
                        pool.Persist(8192, lengthBytes);
                        break;
                    case "relaxed":
                        pool.Persist(8192, lengthBytes, how: RemotePersist.Relaxed);
                        break;
                    case "flush":
                        pool.Flush(8192, lengthBytes);
                        break;
                    default:
                        pool.Read(8192, read);
                        break;
                }
            }

            pool.Drain();
        }

        Run(Calls);
        long least = long.MaxValue;
        long callers = 0;
        for (int round = 0; round < Rounds; round++)
        {
            long before = GC.GetTotalAllocatedBytes(precise: true);
            long own = GC.GetAllocatedBytesForCurrentThread();
            Run(Calls);
            callers += GC.GetAllocatedBytesForCurrentThread() - own;
            least = Math.Min(least, GC.GetTotalAllocatedBytes(precise: true) - before);
        }

        Assert.Equal(0, callers);

        // All threads are counted here, those of the test runner too, so that the quietest round counts; what a frame allocated
        // would be in every round, and be more than a byte.
        int framesPerCall = Math.Max(1, lengthBytes / TargetLane.AtomicBytes);
        Assert.InRange(least, 0, (Calls * framesPerCall) - 1);
    }
}
