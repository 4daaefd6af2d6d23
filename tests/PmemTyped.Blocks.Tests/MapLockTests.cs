using PmemTyped.Blocks.Btt;

namespace PmemTyped.Blocks.Tests;

/// <summary>Locks of map entries: one holder each, and nobody sleeps for ever.</summary>
public sealed class MapLockTests
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    [Fact]
    public void One_thread_at_a_time_holds_a_lock_and_others_are_not_in_its_way()
    {
        const int Rounds = 20_000;
        var locks = new MapLocks();
        int[] counts = new int[2];
        Thread[] threads = [.. Enumerable.Range(0, 4).Select(t => new Thread(() =>
        {
            for (int i = 0; i < Rounds; i++)
            {
                int number = (i + t) & 1;
                locks.Enter(number);
                int seen = counts[number];
                if (i % 100 == 0)
                {
                    _ = Thread.Yield();
                }

                counts[number] = seen + 1;
                locks.Exit(number);
            }
        }) { IsBackground = true })];
        Array.ForEach(threads, t => t.Start());
        Assert.All(threads, t => Assert.True(t.Join(s_patience), "A thread waits for ever."));
        Assert.Equal(threads.Length * Rounds, counts[0] + counts[1]);
    }

    [Fact]
    public void Threads_that_fell_asleep_at_several_locks_all_wake()
    {
        var locks = new MapLocks();
        Thread[] threads = new Thread[6];
        using (MapLocks.Holder first = locks.Hold(0))
        using (MapLocks.Holder second = locks.Hold(16))
        {
            for (int i = 0; i < threads.Length; i++)
            {
                uint entry = i % 2 == 0 ? 0u : 16u;
                threads[i] = new Thread(() => locks.Hold(entry).Dispose()) { IsBackground = true };
                threads[i].Start();
            }

            Assert.True(SpinWait.SpinUntil(
                () => threads.All(t => t.ThreadState.HasFlag(ThreadState.WaitSleepJoin)), s_patience), "Nobody falls asleep.");
            locks.Hold(32).Dispose();
            Assert.All(threads, t => Assert.False(t.Join(TimeSpan.FromMilliseconds(1))));
        }

        Assert.All(threads, t => Assert.True(t.Join(s_patience), "A thread sleeps for ever."));
    }
}
