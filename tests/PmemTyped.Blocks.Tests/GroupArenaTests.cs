using PmemTyped.Blocks.Btt;
using PmemTyped.Mapping;
using PmemTyped.Sets;
using PmemTyped.Testing;

namespace PmemTyped.Blocks.Tests;

/// <summary>Groups whose blocks lie in two arenas: a pool of a little over 512 GiB, nearly all of it holes.</summary>
public sealed class GroupArenaTests : IDisposable
{
    private const int BlockBytes = 4096;
    private const long PoolBytes = BttGeometry.FirstArena + BttGeometry.MaxArenaBytes + BttGeometry.MinArenaBytes;
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(1);
    private readonly TempDirectory _directory = TempDirectory.CreateInMemory();
    private readonly ArenaGeometry[] _arenas = BttGeometry.Plan(PoolBytes, BlockBytes)!;

    public void Dispose() => _directory.Dispose();

    // Blocks 5, 6 of either arena have locks of one number, and the same numbers inside their arenas.
    [Fact]
    public async Task Blocks_with_one_number_in_two_arenas_are_different_blocks_with_different_locks()
    {
        using BlockPool pool = Create();
        long second = _arenas[0].Lbas;
        long[] blocks = [5, second + 5, 6, second + 6, 5];
        byte[] contents = [.. blocks.SelectMany((_, i) => Content(i + 1))];

        await Task.Factory.StartNew(
            () => pool.WriteMany(blocks, contents), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)
            .WaitAsync(s_patience);

        byte[] read = new byte[BlockBytes];
        foreach ((long block, int expected) in ((long, int)[])[(5, 5), (second + 5, 2), (6, 3), (second + 6, 4)])
        {
            pool.Read(block, read);
            Assert.Equal(Content(expected), read);
        }
    }

    [Fact]
    public void The_flog_and_the_map_of_each_arena_are_made_durable()
    {
        Create().Dispose();
        using PmemSource source = PmemSource.Open(_directory.File("pool"));
        using PmemMap file = PmemMap.Map(source);
        var heard = new Listener();
        using PmemMap map = PmemMap.Join([file], heard);
        BlockPoolCore<MapMedium> pool = BlockPoolCore<MapMedium>.Open(
            map.DangerousGetMedium(), "pool", BlockBytes, new ShutdownIdentity(0, 0), lanes: 4);
        heard.Ranges.Clear();

        pool.Table.WriteMany(
            [5, _arenas[0].Lbas + 5], new ContiguousContents([.. Content(1), .. Content(2)], BlockBytes));

        Assert.All(_arenas, arena =>
        {
            Assert.Contains(heard.Ranges, r => r.LengthBytes >= 16 && r.Offset >= arena.Flog && r.Offset < arena.InfoCopy);
            Assert.Contains(heard.Ranges, r => r.Offset >= arena.Map && r.Offset < arena.Flog);
            Assert.Contains(heard.Ranges, r => r.LengthBytes >= BlockBytes && r.Offset > arena.Start && r.Offset < arena.Map);
        });
    }

    private static byte[] Content(int value)
    {
        byte[] content = new byte[BlockBytes];
        Array.Fill(content, (byte)value);
        return content;
    }

    private BlockPool Create()
    {
        BlockPool pool = BlockPool.Create(
            _directory.File("pool"), BlockBytes, PoolBytes, new BlockPoolOptions { IsSparse = true });
        pool.Write(0, Content(9));
        return pool;
    }

    private sealed class Listener : IPersistListener
    {
        internal List<(long Offset, long LengthBytes)> Ranges { get; } = [];

        public void Flushed(long offset, long lengthBytes) => Ranges.Add((offset, lengthBytes));

        public void Drained()
        {
        }
    }
}
