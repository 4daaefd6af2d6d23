using PmemTyped.Blocks.Btt;
using PmemTyped.CrashTesting;
using PmemTyped.Mapping;
using PmemTyped.Sets;
using PmemTyped.Testing;

namespace PmemTyped.Blocks.Tests;

/// <summary>Writers at the same time: in threads, in groups, and without threads of their own.</summary>
public sealed class SharedWriteTests : IDisposable
{
    private const int Writers = 16;
    private const int Rounds = 60;
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(2);
    private readonly TempDirectory _directory = TempDirectory.CreateInMemory();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Writers_batches_and_readers_of_the_same_blocks_leave_whole_blocks_and_a_sound_pool()
    {
        BlockPool pool = BlockPool.Create(_directory.File("pool"), 512, BlockPool.MinPoolBytes);
        pool.Write(0, SoundPool.Content(1));
        Task[] threads =
        [
            .. Enumerable.Range(0, Writers).Select(writer => OnThread(() =>
            {
                for (int round = 0; round < Rounds; round++)
                {
                    int block = (writer + round) % 24;
                    switch (writer % 4)
                    {
                        case 0:
                            pool.WriteMany([block, 23 - block, block + 100], WholeBlocks(3, round));
                            break;
                        case 1:
                            AssertWhole(pool, block);
                            break;
                        default:
                            pool.Write(block, SoundPool.Content(round));
                            break;
                    }
                }
            })),
        ];

        await Task.WhenAll(threads).WaitAsync(s_patience);

        Assert.Empty(pool.Check().Findings);
        for (int block = 0; block < 24; block++)
        {
            AssertWhole(pool, block);
        }

        pool.Dispose();
    }

    [Fact]
    public async Task What_a_writer_wrote_last_is_there_whoever_wrote_with_it()
    {
        BlockPool pool = BlockPool.Create(_directory.File("pool"), 512, BlockPool.MinPoolBytes);
        Task[] threads =
        [
            .. Enumerable.Range(0, Writers).Select(writer => OnThread(() =>
            {
                byte[] read = new byte[512];
                for (int round = 0; round < Rounds; round++)
                {
                    pool.Write(writer, SoundPool.Content(writer + round));
                    pool.Read(writer, read);
                    Assert.Equal(SoundPool.Content(writer + round), read);
                }
            })),
        ];

        await Task.WhenAll(threads).WaitAsync(s_patience);
        pool.Dispose();

        using BlockPool again = BlockPool.Open(_directory.File("pool"));
        Assert.Empty(again.Check().Findings);
    }

    [Fact]
    public async Task Closing_while_writers_share_waves_lets_them_finish_or_refuses_them()
    {
        BlockPool pool = BlockPool.Create(_directory.File("pool"), 512, BlockPool.MinPoolBytes);
        pool.Write(0, SoundPool.Content(0));
        Task[] threads =
        [
            .. Enumerable.Range(0, Writers).Select(writer => OnThread(() =>
            {
                for (int round = 0; ; round++)
                {
                    try
                    {
                        pool.Write(writer, SoundPool.Content(round % 200));
                    }
                    catch (ObjectDisposedException)
                    {
                        return;
                    }
                }
            })),
        ];
        Thread.Sleep(50);
        pool.Dispose();

        await Task.WhenAll(threads).WaitAsync(s_patience);
        using BlockPool again = BlockPool.Open(_directory.File("pool"));
        Assert.Empty(again.Check().Findings);
    }

    [Fact]
    public async Task Asynchronous_writes_are_there_when_their_tasks_or_a_flush_end()
    {
        using BlockPool pool = BlockPool.Create(_directory.File("pool"), 512, BlockPool.MinPoolBytes);
        Task[] writes = [.. Enumerable.Range(0, 500).Select(i => pool.WriteAsync(i % 100, SoundPool.Content(i % 250)))];

        await pool.FlushAsync().WaitAsync(s_patience);

        Assert.All(writes, write => Assert.True(write.IsCompletedSuccessfully));
        byte[] read = new byte[512];
        for (int block = 0; block < 100; block++)
        {
            pool.Read(block, read);
            Assert.Equal(SoundPool.Content((400 + block) % 250), read);
        }
    }

    [Fact]
    public async Task A_cancelled_asynchronous_write_writes_nothing()
    {
        using BlockPool pool = BlockPool.Create(_directory.File("pool"), 512, BlockPool.MinPoolBytes);
        using var cancellation = new CancellationTokenSource();
        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => pool.WriteAsync(3, SoundPool.Content(1), cancellation.Token));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => pool.FlushAsync(cancellation.Token));

        Assert.Equal(BlockState.Initial, pool.GetState(3));
    }

    [Fact]
    public async Task Bad_arguments_of_an_asynchronous_write_are_refused_by_the_call()
    {
        using BlockPool pool = BlockPool.Create(_directory.File("pool"), 512, BlockPool.MinPoolBytes);

        Assert.Throws<ArgumentException>(() => { _ = pool.WriteAsync(0, new byte[511]); });
        Assert.Throws<ArgumentOutOfRangeException>(() => { _ = pool.WriteAsync(pool.BlockCount, new byte[512]); });
        await pool.FlushAsync();
    }

    [Fact]
    public async Task Asynchronous_writes_to_a_closed_pool_fail_and_do_not_hang()
    {
        BlockPool pool = BlockPool.Create(_directory.File("pool"), 512, BlockPool.MinPoolBytes);
        pool.Write(0, SoundPool.Content(0));
        pool.Dispose();

        await Assert.ThrowsAsync<ObjectDisposedException>(() => pool.WriteAsync(0, SoundPool.Content(1)).WaitAsync(s_patience));
    }

    [Fact]
    public async Task A_failing_flush_fails_every_queued_write_of_its_group_and_every_later_one()
    {
        RecordedPool pool = RecordedPool.Create(StoreGranularity.Page);
        pool.Table.Write(0, RecordedPool.Content(1));
        var queue = new WriteQueue<RecordingMedium>(pool.Table, () => default);
        pool.Log.FailAfterFlushes(4);

        Task[] writes = [.. Enumerable.Range(0, 200).Select(i => queue.Add(i, RecordedPool.Content(2), default))];
        await Assert.ThrowsAsync<PmemFaultedException>(() => queue.Add(null, default, default).WaitAsync(s_patience));

        Assert.All(writes[^64..], write => Assert.IsType<PmemFaultedException>(write.Exception!.InnerException));
        Assert.All(writes, write => Assert.True(write.IsCompleted));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(7)]
    public async Task A_failing_flush_fails_every_thread_that_shares_the_wave_and_leaves_blocks_old_or_new(int successes)
    {
        const int Threads = 8;
        RecordedPool made = RecordedPool.Create(StoreGranularity.Page);
        var medium = new SynchronizedMedium(made.Log.Medium, new object());
        BlockPoolCore<SynchronizedMedium> pool = BlockPoolCore<SynchronizedMedium>.Open(
            medium, "recorded pool", RecordedPool.BlockBytes, new ShutdownIdentity(0, 0), lanes: 4);
        for (int block = 0; block < Threads; block++)
        {
            pool.Table.Write(block, RecordedPool.Content(1));
        }

        made.Log.FailAfterFlushes(successes);
        Task[] threads =
        [
            .. Enumerable.Range(0, Threads).Select(block => OnThread(() => Assert.Throws<PmemFaultedException>(() =>
            {
                for (int round = 0; round < 100; round++)
                {
                    pool.Table.Write(block, RecordedPool.Content(2));
                }
            }))),
        ];
        await Task.WhenAll(threads).WaitAsync(s_patience);

        // What is in memory is a state that a crash may leave.
        var again = new StoreLog(made.Log.Medium.Window(0, (int)made.Log.Medium.LengthBytes));
        BlockPoolCore<RecordingMedium> opened = BlockPoolCore<RecordingMedium>.Open(
            again.Medium, "again", RecordedPool.BlockBytes, new ShutdownIdentity(0, 0));
        byte[] content = new byte[RecordedPool.BlockBytes];
        for (int block = 0; block < Threads; block++)
        {
            _ = opened.Table.Read(block, content);
            Assert.Contains(content[0], (byte[])[1, 2]);
            Assert.Equal(RecordedPool.Content(content[0]), content);
        }
    }

    [Fact]
    public async Task Who_finds_no_lane_sleeps_until_one_is_given_back()
    {
        var lanes = new LanePool(2);
        int first = lanes.Enter();
        int second = lanes.Enter();
        Task<int>[] waiting = [.. Enumerable.Range(0, 6).Select(_ => Task.Factory.StartNew(
            () =>
            {
                int lane = lanes.Enter();
                lanes.Exit(lane);
                return lane;
            },
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default))];
        Thread.Sleep(100);
        Assert.All(waiting, task => Assert.False(task.IsCompleted));

        lanes.Exit(second);
        int[] got = await Task.WhenAll(waiting).WaitAsync(s_patience);

        Assert.All(got, lane => Assert.Equal(second, lane));
        lanes.Exit(first);
    }

    private static Task OnThread(Action body) =>
        Task.Factory.StartNew(body, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private static byte[] WholeBlocks(int count, int value) =>
        [.. Enumerable.Range(0, count).SelectMany(_ => SoundPool.Content(value))];

    private static void AssertWhole(BlockPool pool, long block)
    {
        byte[] content = new byte[512];
        _ = pool.TryRead(block, content);
        Assert.False(content.AsSpan().ContainsAnyExcept(content[0]), $"block {block} is a mixture");
    }
}
