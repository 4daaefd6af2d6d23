using System.Collections.Concurrent;

namespace PmemTyped.Replication.Tests.Support;

/// <summary>
/// What the threads of a call allocate, each counted by itself, so that neither the other threads of the process matter, which
/// look for connections and tell of tests now and then, nor the time that a round takes.
/// </summary>
internal sealed class AllocationCount
{
    private const int Rounds = 8;

    private readonly ConcurrentDictionary<int, long> _bytes = new(concurrencyLevel: 1, capacity: 256);

    /// <summary>Is called by each thread whose allocations count, as often as possible. Allocates nothing but the first time.</summary>
    internal void Mark()
    {
        // An entry that is there is changed in its place.
        _bytes[Environment.CurrentManagedThreadId] = GC.GetAllocatedBytesForCurrentThread();
    }

    /// <summary>A listener whose connections mark the threads that use them.</summary>
    internal IReplicaListener Marking(IReplicaListener inner) => new MarkingListener(this, inner);

    /// <summary>
    /// Runs rounds, in the quietest of which neither the calling thread nor a marked one allocates a byte: what a call allocated
    /// would be in every round, and what is made once, when a lock is waited for the first time for example, is in one.
    /// </summary>
    internal void AssertNothing(Action round)
    {
        round();
        long least = long.MaxValue;
        long leastOfOthers = long.MaxValue;
        for (int i = 0; i < Rounds; i++)
        {
            Dictionary<int, long> before = new(_bytes);
            long own = GC.GetAllocatedBytesForCurrentThread();
            round();
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - own);
            leastOfOthers = Math.Min(leastOfOthers, Others(before));
        }

        Assert.Equal((0, 0), (least, leastOfOthers));
        Assert.Contains(_bytes.Keys, t => t != Environment.CurrentManagedThreadId);
    }

    private long Others(Dictionary<int, long> before) =>
        _bytes.Where(b => b.Key != Environment.CurrentManagedThreadId).Sum(b => b.Value - before.GetValueOrDefault(b.Key));

    private sealed class MarkingListener(AllocationCount count, IReplicaListener inner) : IReplicaListener
    {
        public string Name => inner.Name;

        public ReplicaConnection? Accept(int waitMs) =>
            inner.Accept(waitMs) is { } connection ? new Marked(count, connection) : null;

        public void Dispose() => inner.Dispose();

        private sealed class Marked(AllocationCount count, ReplicaConnection connection) : ReplicaConnection
        {
            public override string PeerIdentity => connection.PeerIdentity;

            public override bool ProtectsPayload => connection.ProtectsPayload;

            public override int Receive(Span<byte> buffer, in ReplicaDeadline deadline)
            {
                count.Mark();
                return connection.Receive(buffer, in deadline);
            }

            public override void Send(ReadOnlySpan<byte> bytes, in ReplicaDeadline deadline)
            {
                count.Mark();
                connection.Send(bytes, in deadline);
            }

            public override void EndReceiving() => connection.EndReceiving();

            public override void Abort() => connection.Abort();
        }
    }
}
