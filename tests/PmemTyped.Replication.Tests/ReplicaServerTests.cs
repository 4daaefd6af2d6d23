using PmemTyped.Replication.Tests.Support;

namespace PmemTyped.Replication.Tests;

/// <summary>What goes wrong around a target costs one connection at most, and never the process.</summary>
public sealed class ReplicaServerTests
{
    private static readonly TimeSpan s_slack = TimeSpan.FromSeconds(10);

    [Fact]
    public void An_audit_that_throws_refuses_nobody_and_leaks_nothing()
    {
        int told = 0;
        using var bench = new ReplicaBench(o => o with
        {
            MaxSessions = 1,
            Audit = _ =>
            {
                Interlocked.Increment(ref told);
                throw new InvalidOperationException("the disk of the log is full");
            },
        });
        bench.NewPool().Dispose();

        // One session is all there may be: one that leaked would be in the way.
        for (int i = 0; i < 3; i++)
        {
            RemotePool? pool = null;
            Assert.True(SpinWait.SpinUntil(() => (pool = TryOpen(bench)) is not null, s_slack));
            pool!.Persist(4096, 64);
            pool.Close();
        }

        Assert.Throws<RemotePoolException>(() => bench.Open(name: "other.set"));
        Assert.InRange(told, 8, int.MaxValue);
    }

    [Fact]
    public void A_connection_that_fails_in_a_way_of_its_own_ends_alone()
    {
        using var bench = new ReplicaBench(o => o with { Audit = _ => throw new InvalidOperationException("audit") });

        bench.Server.Serve(new ScriptedConnection { Failure = new InvalidOperationException("ours") });
        bench.Server.Serve(new ScriptedConnection { Failure = new OutOfMemoryException("nobody's") });

        bench.NewPool().Dispose();
    }

    [Fact]
    public void A_listener_that_throws_is_told_and_asked_again()
    {
        using var bench = new ReplicaBench();
        using var listener = new ThrowingListener(bench.Wire, throws: 2);
        bench.Server.Listen(listener);

        Assert.True(SpinWait.SpinUntil(() => listener.Calls > 3, s_slack));

        lock (bench.Audit)
        {
            Assert.Equal(2, bench.Audit.Count(a => a.Operation == "accept" && a.Message.Contains("no descriptor", StringComparison.Ordinal)));
        }

        bench.NewPool().Dispose();
    }

    private static RemotePool? TryOpen(ReplicaBench bench)
    {
        try
        {
            return bench.Open();
        }
        catch (RemotePoolException e) when (e.Errno == RemoteErrno.Busy)
        {
            return null;
        }
    }

    private sealed class ThrowingListener(MemoryReplicaTransport inner, int throws) : IReplicaListener
    {
        private int _calls;

        public string Name => "throwing";

        internal int Calls => Volatile.Read(ref _calls);

        public ReplicaConnection? Accept(int waitMs) =>
            Interlocked.Increment(ref _calls) <= throws ? throw new InvalidOperationException("no descriptor") : inner.Accept(waitMs);

        public void Dispose()
        {
        }
    }
}
