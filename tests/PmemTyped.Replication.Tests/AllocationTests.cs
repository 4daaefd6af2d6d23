using PmemTyped.Replication.Tests.Support;

namespace PmemTyped.Replication.Tests;

/// <summary>The hot calls allocate nothing, on the side of the initiator and on that of the target.</summary>
public sealed class AllocationTests
{
    private const int Calls = 150;

    [Theory]
    [InlineData("persist", 64)]
    [InlineData("persist", 1 << 20)]
    [InlineData("relaxed", 64)]
    [InlineData("flush", 64)]
    [InlineData("stalled flush", 64)]
    [InlineData("read", 4096)]
    public void A_call_allocates_nothing(string call, int lengthBytes)
    {
        var count = new AllocationCount();
        using var bench = new ReplicaBench(o => call == "stalled flush" ? o with { WindowFrames = 4 } : o, count.Marking);
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
                    case "flush" or "stalled flush":
                        pool.Flush(8192, lengthBytes);
                        break;
                    default:
                        pool.Read(8192, read);
                        break;
                }
            }

            pool.Drain();
        }

        count.AssertNothing(() => Run(Calls));
    }
}
