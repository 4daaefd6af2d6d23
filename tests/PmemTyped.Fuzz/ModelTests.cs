using PmemTyped.Blocks;
using PmemTyped.Testing;
using Xunit.Abstractions;

namespace PmemTyped.Fuzz;

/// <summary>
/// Random operations on a pool and on a dictionary, with reopening, checks, and damage that is refused, repaired and
/// forgotten. Both always agree.
/// </summary>
public sealed class ModelTests(ITestOutputHelper output) : IDisposable
{
    private const int BlockSize = 1024;
    private const int Operations = 3000;
    private const int HotBlocks = 300;
    private readonly TempDirectory _directory = TempDirectory.CreateInMemory();
    private readonly Dictionary<long, (BlockState State, byte[]? Content)> _model = [];
    private int _repairs;

    private string PathOfPool => _directory.File("pool");

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    public void A_pool_and_a_dictionary_agree_whatever_happens(int seed)
    {
        var random = new Random(seed);
        BlockPool pool = BlockPool.Create(PathOfPool, BlockSize, BlockPool.MinPoolBytes);
        try
        {
            for (int operation = 0; operation < Operations; operation++)
            {
                long block = random.Next(HotBlocks) * (pool.BlockCount / HotBlocks);
                if (random.Next(100) == 0)
                {
                    pool.Dispose();
                    Interlude(random);
                    pool = BlockPool.Open(PathOfPool, BlockSize);
                }
                else
                {
                    Operate(pool, block, random);
                }
            }

            AssertAgrees(pool);
            Assert.True(pool.Check().IsConsistent);
        }
        catch (Exception exception)
        {
            Assert.Fail(FormattableString.Invariant($"seed {seed}: {exception}"));
        }
        finally
        {
            pool.Dispose();
        }

        output.WriteLine(FormattableString.Invariant($"seed {seed}: {_model.Count} blocks, {_repairs} repairs"));
        Assert.True(_repairs > 0);
    }

    private void Operate(BlockPool pool, long block, Random random)
    {
        switch (random.Next(8))
        {
            case 0:
                pool.SetZero(block);
                if (pool.IsLaidOut)
                {
                    _model[block] = (BlockState.Zero, null);
                }

                break;
            case 1:
                pool.SetError(block);
                _model[block] = (BlockState.Error, null);
                break;
            case < 5:
                byte[] content = new byte[BlockSize];
                random.NextBytes(content);
                pool.Write(block, content);
                _model[block] = (BlockState.Normal, content);
                break;
            default:
                AssertAgrees(pool, block);
                break;
        }
    }

    // What happens while nobody has the pool open.
    private void Interlude(Random random)
    {
        BlockPoolDescription description = BlockPool.Describe(PathOfPool);
        Assert.True(BlockPool.Check(PathOfPool).IsConsistent);
        using (BlockPool reader = BlockPool.OpenReadOnly(PathOfPool))
        {
            AssertAgrees(reader);
        }

        if (description.IsLaidOut && random.Next(2) == 0)
        {
            Damage(description.Arenas[0], random);
        }
    }

    private void Damage(ArenaDescription arena, Random random)
    {
        bool isRefused = true;
        bool isAdvanced = false;
        switch (random.Next(6))
        {
            case 0:
                Overwrite(random.Next(120), 0xA7);
                break;
            case 1:
                Overwrite(4097, 0x7F);
                break;
            case 2:
                Overwrite(arena.Offset + random.Next(112), 0xA7);
                break;
            case 3:
                Overwrite(arena.InfoCopyOffset + random.Next(4096), 0xA7);
                isRefused = false;
                break;
            case 4:
                Overwrite(arena.FlogOffset + (64 * random.Next(arena.FreeBlockCount)) + 3, 0xA7);
                break;
            default:
                if (!ShareABlock(arena, random))
                {
                    return;
                }

                isRefused = false;
                isAdvanced = true;
                break;
        }

        if (isRefused)
        {
            Assert.ThrowsAny<PmemException>(() => BlockPool.Open(PathOfPool));
        }

        Assert.False(BlockPool.Check(PathOfPool).IsConsistent);
        Assert.Equal(isAdvanced, BlockPoolRepairer.Repair(PathOfPool).Changes.Count == 0);
        BlockPoolRepair repair = BlockPoolRepairer.Repair(PathOfPool, isAdvanced: true);
        Assert.True(repair.After.IsConsistent, string.Join('\n', repair.After.Findings));
        _repairs++;
    }

    // Two blocks that name one internal block: neither can be trusted afterwards.
    private bool ShareABlock(ArenaDescription arena, Random random)
    {
        long[] written = [.. _model.Where(m => m.Value.State == BlockState.Normal).Select(m => m.Key)];
        if (written.Length < 2)
        {
            return false;
        }

        random.Shuffle(written);
        using FileStream file = File.Open(PathOfPool, FileMode.Open);
        byte[] entry = new byte[4];
        file.Position = arena.MapOffset + (4 * written[0]);
        file.ReadExactly(entry);
        file.Position = arena.MapOffset + (4 * written[1]);
        file.Write(entry);
        _model[written[0]] = (BlockState.Error, null);
        _model[written[1]] = (BlockState.Error, null);
        return true;
    }

    private void Overwrite(long offset, byte mask)
    {
        using FileStream file = File.Open(PathOfPool, FileMode.Open);
        file.Position = offset;
        int before = file.ReadByte();
        file.Position = offset;
        file.WriteByte((byte)(before ^ mask));
    }

    private void AssertAgrees(BlockPool pool)
    {
        foreach (long block in _model.Keys)
        {
            AssertAgrees(pool, block);
        }
    }

    private void AssertAgrees(BlockPool pool, long block)
    {
        byte[] content = new byte[BlockSize];
        (BlockState state, byte[]? expected) = _model.GetValueOrDefault(block);
        Assert.Equal((block, state), (block, pool.TryRead(block, content)));
        Assert.Equal(expected ?? new byte[BlockSize], content);
    }
}
