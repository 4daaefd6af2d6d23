using PmemTyped.Blocks.Btt;
using PmemTyped.Testing;

namespace PmemTyped.Blocks.Tests;

/// <summary>
/// Threads neither hang nor see a mixture. The real library hangs here (block pool format, section 19.1): a reader that
/// finds the block zero or bad on its second look must not leave its announcement behind.
/// </summary>
public sealed class ConcurrencyTests : IDisposable
{
    private const long Block = 3;
    private static readonly TimeSpan s_duration = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);
    private readonly TempDirectory _directory = TempDirectory.CreateInMemory();

    private string PathOfPool => _directory.File("pool");

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData(BlockState.Error)]
    [InlineData(BlockState.Zero)]
    public async Task Readers_beside_a_writer_that_alternates_states_neither_hang_nor_see_a_mixture(BlockState other)
    {
        // Not disposed on failure: closing waits for lanes, and a hanging thread never gives its lane back.
        BlockPool pool = BlockPool.Create(PathOfPool, 512, BlockPool.MinPoolBytes);
        using var stop = new CancellationTokenSource(s_duration);
        Task<long>[] threads =
        [
            OnThread(() => AlternateUntil(pool, other, stop.Token)),
            OnThread(() => ReadUntil(pool, other, stop.Token)),
            OnThread(() => ReadUntil(pool, other, stop.Token)),
        ];

        long[] operations = await Task.WhenAll(threads).WaitAsync(s_patience);

        Assert.All(operations, count => Assert.True(count > 100, FormattableString.Invariant($"only {count} operations")));
        Assert.Empty(pool.Check().Findings);
        pool.Dispose();
    }

    [Fact]
    public async Task Closing_under_load_lets_operations_finish_and_refuses_later_ones()
    {
        BlockPool pool = BlockPool.Create(PathOfPool, 512, BlockPool.MinPoolBytes);
        pool.Write(Block, SoundPool.Content(0));
        using var running = new CountdownEvent(3);
        Task<long>[] threads =
        [
            UntilRefused(running, i => pool.Write(i % 50, SoundPool.Content(i % 200))),
            UntilRefused(running, i => pool.TryRead(i % 50, new byte[512])),
            UntilRefused(running, i => pool.SetError(100 + (i % 50))),
        ];
        Assert.True(running.Wait(s_patience));
        pool.Dispose();
        pool.Dispose();
        long[] completed = await Task.WhenAll(threads).WaitAsync(s_patience);

        using BlockPool again = BlockPool.Open(PathOfPool);
        Assert.Empty(again.Check().Findings);
        byte[] last = new byte[512];
        Assert.Equal(BlockState.Normal, again.TryRead((completed[0] - 1) % 50, last));
        Assert.Equal(SoundPool.Content((completed[0] - 1) % 200), last);
    }

    [Fact]
    public void Every_call_on_a_closed_pool_is_refused()
    {
        BlockPool pool = BlockPool.Create(PathOfPool, 512, BlockPool.MinPoolBytes);
        pool.Write(0, SoundPool.Content(0));
        pool.Dispose();
        Action[] calls =
        [
            () => pool.Read(0, new byte[1]),
            () => pool.TryRead(0, new byte[1]),
            () => pool.GetState(0),
            () => pool.Write(0, SoundPool.Content(0)),
            () => pool.SetZero(0),
            () => pool.SetError(0),
            () => pool.Check(),
            () => pool.ReadApplicationArea(new byte[1]),
            () => pool.InitializeApplicationArea(new byte[] { 1, 2, 3, 4, 5, 6, 7, 8 }),
        ];
        Assert.All(calls, call => Assert.Throws<ObjectDisposedException>(call));
    }

    [Fact]
    public async Task Closing_waits_for_the_holder_of_a_lane()
    {
        var lanes = new LanePool(2);
        bool isClosed = false;
        Task closing;
        int lane = lanes.Enter();
        try
        {
            closing = Task.Run(() => lanes.Close(() => Volatile.Write(ref isClosed, true)));
            Thread.Sleep(200);
            Assert.False(closing.IsCompleted);
            Assert.False(Volatile.Read(ref isClosed));
        }
        finally
        {
            lanes.Exit(lane);
        }

        await closing.WaitAsync(s_patience);
        Assert.True(isClosed);
        Assert.Throws<ObjectDisposedException>(() => lanes.Enter());
    }

    [Fact]
    public void Lanes_are_taken_in_turn_and_busy_ones_passed_over()
    {
        var lanes = new LanePool(3);
        for (int expected = 0; expected < 7; expected++)
        {
            int lane = lanes.Enter();
            Assert.Equal(expected % 3, lane);
            lanes.Exit(lane);
        }
    }

    private static Task<long> OnThread(Func<long> body) =>
        Task.Factory.StartNew(body, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private static long AlternateUntil(BlockPool pool, BlockState other, CancellationToken stop)
    {
        long count = 0;
        while (!stop.IsCancellationRequested)
        {
            pool.Write(Block, SoundPool.Content(count % 250));
            if (other == BlockState.Error)
            {
                pool.SetError(Block);
            }
            else
            {
                pool.SetZero(Block);
            }

            count++;
        }

        return count;
    }

    private static long ReadUntil(BlockPool pool, BlockState other, CancellationToken stop)
    {
        long count = 0;
        byte[] content = new byte[512];
        while (!stop.IsCancellationRequested)
        {
            BlockState state = pool.TryRead(Block, content);
            bool isWhole = state == BlockState.Normal ? content[0] != 0 : content[0] == 0;
            Assert.True(isWhole && !content.AsSpan().ContainsAnyExcept(content[0]), $"a mixture in state {state}");
            Assert.Contains(state, (BlockState[])[BlockState.Normal, BlockState.Initial, other]);
            count++;
        }

        return count;
    }

    private static Task<long> UntilRefused(CountdownEvent running, Action<long> operation) => OnThread(() =>
    {
        for (long i = 0; ; i++)
        {
            try
            {
                operation(i);
            }
            catch (ObjectDisposedException)
            {
                return i;
            }

            if (i == 100)
            {
                running.Signal();
            }
        }
    });
}
