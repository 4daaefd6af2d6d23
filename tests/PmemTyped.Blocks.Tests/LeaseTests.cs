using PmemTyped.Blocks.Btt;
using PmemTyped.Testing;

namespace PmemTyped.Blocks.Tests;

/// <summary>Reading in place: the content stands still while the lease is held, and nobody hangs.</summary>
public sealed class LeaseTests : IDisposable
{
    private const long Block = 3;
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);
    private readonly TempDirectory _directory = TempDirectory.CreateInMemory();
    private readonly BlockPool _pool;

    public LeaseTests() => _pool = BlockPool.Create(_directory.File("pool"), 512, BlockPool.MinPoolBytes);

    public void Dispose()
    {
        _pool.Dispose();
        _directory.Dispose();
    }

    [Fact]
    public void A_lease_shows_the_block_where_it_lies()
    {
        _pool.Write(Block, SoundPool.Content(7));
        using BlockLease lease = _pool.Lease(Block);
        Assert.Equal(BlockState.Normal, lease.State);
        Assert.True(lease.Content.SequenceEqual(SoundPool.Content(7)));
    }

    [Fact]
    public void A_block_without_content_has_a_state_and_no_bytes()
    {
        Assert.Equal(BlockState.Initial, StateOf(Block));
        _pool.Write(0, SoundPool.Content(0));
        Assert.Equal(BlockState.Initial, StateOf(Block));
        _pool.SetZero(Block);
        Assert.Equal(BlockState.Zero, StateOf(Block));
        _pool.SetError(Block);
        Assert.Equal(BlockState.Error, StateOf(Block));

        // None of them is held: writing is allowed.
        _pool.Write(Block, SoundPool.Content(1));
    }

    [Fact]
    public void A_block_that_does_not_exist_is_refused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => _pool.Lease(_pool.BlockCount).Dispose());

    // Every lane gets its turn, so without waiting one of them would store into the leased place.
    [Fact]
    public async Task Writers_do_not_store_into_a_leased_place_and_go_on_when_it_is_given_back()
    {
        _pool.Write(Block, SoundPool.Content(1));
        int writes = (4 * Environment.ProcessorCount) + 1;
        int done = 0;
        Task? writer;
        using (BlockLease lease = _pool.Lease(Block))
        {
            writer = Task.Run(() =>
            {
                for (int i = 0; i < writes; i++)
                {
                    _pool.Write(Block, SoundPool.Content(100 + i));
                    Volatile.Write(ref done, i + 1);
                }
            });
            Assert.True(SpinWait.SpinUntil(() => Volatile.Read(ref done) >= 1, s_patience));
            Thread.Sleep(200);
            Assert.True(lease.Content.SequenceEqual(SoundPool.Content(1)));
            Assert.True(Volatile.Read(ref done) < writes, "nobody waited for the lease");
        }

        await writer.WaitAsync(s_patience);
        byte[] last = new byte[512];
        _pool.Read(Block, last);
        Assert.Equal(SoundPool.Content(100 + writes - 1), last);
    }

    [Fact]
    public void A_thread_that_holds_a_lease_is_refused_what_it_would_wait_for()
    {
        _pool.Write(Block, SoundPool.Content(1));
        using BlockLease lease = _pool.Lease(Block);
        byte[] content = SoundPool.Content(2);
        string path = _pool.Path;
        Action[] calls =
        [
            () => _pool.Write(0, content),
            () => _pool.WriteMany([0], content),
            () => _ = _pool.WriteAsync(0, content),
            () => _pool.SetZero(0),
            () => _pool.SetError(0),
            () => _pool.Check(),
            () => _pool.ReadApplicationArea(content),
            _pool.Dispose,
        ];
        Assert.All(calls, call => Assert.Contains(path, Assert.Throws<InvalidOperationException>(call).Message, StringComparison.Ordinal));

        // What does not wait is allowed, and another thread may write.
        _pool.Read(Block, content);
        Assert.Equal(SoundPool.Content(1), content);
        Assert.Equal(BlockState.Normal, _pool.GetState(Block));
        var writer = new Thread(() => _pool.Write(9, content));
        writer.Start();
        Assert.True(writer.Join(s_patience));
        Assert.Equal(BlockState.Normal, _pool.GetState(9));
    }

    // With one lane, which a writer holds while it waits for the lease.
    [Fact]
    public async Task The_holder_of_a_lease_reads_although_writers_that_wait_for_it_hold_every_lane()
    {
        RecordedPool pool = RecordedPool.Create();
        pool.Table.Write(0, RecordedPool.Content(1));
        pool.Table.Write(1, RecordedPool.Content(2));
        using var wroteOnce = new ManualResetEventSlim();
        await Task.Factory.StartNew(Read, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)
            .WaitAsync(s_patience);

        void Read()
        {
            using BlockLease lease = pool.Table.Lease(0);
            var writer = new Thread(() =>
            {
                pool.Table.Write(0, RecordedPool.Content(3));
                wroteOnce.Set();
                pool.Table.Write(0, RecordedPool.Content(4));
            })
            {
                IsBackground = true,
            };
            writer.Start();
            wroteOnce.Wait();
            Thread.Sleep(100);
            Assert.Equal(RecordedPool.Content(2), pool.Read(1, out _));
            Assert.Equal(BlockState.Normal, pool.Table.GetState(1));
            using BlockLease second = pool.Table.Lease(1);
            Assert.True(second.Content.SequenceEqual(RecordedPool.Content(2)));
            Assert.True(lease.Content.SequenceEqual(RecordedPool.Content(1)));
        }
    }

    [Fact]
    public void More_leases_than_there_are_are_refused_and_nothing_is_lost()
    {
        _pool.Write(Block, SoundPool.Content(1));
        Nest(LeaseTable.Capacity);
        _pool.Write(Block, SoundPool.Content(2));

        void Nest(int depth)
        {
            if (depth == 0)
            {
                Assert.Throws<InvalidOperationException>(() => _pool.Lease(Block).Dispose());
                _pool.Read(Block, new byte[512]);
                return;
            }

            using BlockLease lease = _pool.Lease(Block);
            Nest(depth - 1);
        }
    }

    [Fact]
    public async Task Closing_waits_for_a_lease_of_another_thread_which_can_go_on_reading_it()
    {
        _pool.Write(Block, SoundPool.Content(1));
        using var leased = new ManualResetEventSlim();
        using var release = new ManualResetEventSlim();
        bool isRefused = false;
        Task reader = Task.Factory.StartNew(
            () =>
            {
                using BlockLease lease = _pool.Lease(Block);
                leased.Set();
                Assert.True(release.Wait(s_patience));
                isRefused = Record.Exception(() => _pool.Read(Block, new byte[512])) is ObjectDisposedException;
                Assert.True(lease.Content.SequenceEqual(SoundPool.Content(1)));
            },
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default);
        Assert.True(leased.Wait(s_patience));
        Task closing = Task.Run(_pool.Dispose);
        Assert.True(SpinWait.SpinUntil(
            () => Record.Exception(() => _pool.GetState(Block)) is ObjectDisposedException, s_patience));
        Thread.Sleep(100);
        Assert.False(closing.IsCompleted);
        release.Set();
        await Task.WhenAll(reader, closing).WaitAsync(s_patience);
        Assert.True(isRefused);
    }

    private BlockState StateOf(long block)
    {
        using BlockLease lease = _pool.Lease(block);
        Assert.True(lease.Content.IsEmpty);
        return lease.State;
    }
}
