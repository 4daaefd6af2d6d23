using BenchmarkDotNet.Attributes;
using PmemTyped.Blocks;

namespace PmemTyped.Benchmarks;

/// <summary>Time and allocations of block operations; PMEM_IS_PMEM_FORCE decides the granularity.</summary>
[MemoryDiagnoser]
public class BlockBenchmarks
{
    private const long PoolBytes = 64L << 20;
    private string _path = string.Empty;
    private byte[] _content = [];
    private BlockPool? _pool;
    private long _next;

    /// <summary>Gets or sets the block size in bytes.</summary>
    [Params(512, 4096)]
    public int BlockSize { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        string directory = Directory.Exists("/dev/shm") ? "/dev/shm" : Path.GetTempPath();
        _path = Path.Combine(directory, "pmemtyped-benchmark-" + Guid.NewGuid().ToString("N"));
        _pool = BlockPool.Create(_path, BlockSize, PoolBytes);
        _content = new byte[BlockSize];
        for (long block = 0; block < _pool.BlockCount; block++)
        {
            _pool.Write(block, _content);
        }
    }

    [GlobalCleanup]
    public void Cleanup()
    {
        _pool?.Dispose();
        File.Delete(_path);
    }

    [Benchmark]
    public BlockState Read() => _pool!.TryRead(Next(), _content);

    [Benchmark]
    public void Write() => _pool!.Write(Next(), _content);

    [Benchmark]
    public void SetZeroAndWrite()
    {
        long block = Next();
        _pool!.SetZero(block);
        _pool.Write(block, _content);
    }

    // A stride that is prime to every block count walks through the pool without repeating soon.
    private long Next()
    {
        _next = (_next + 7919) % _pool!.BlockCount;
        return _next;
    }
}
