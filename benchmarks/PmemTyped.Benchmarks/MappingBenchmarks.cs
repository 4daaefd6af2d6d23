using BenchmarkDotNet.Attributes;
using PmemTyped.Mapping;

namespace PmemTyped.Benchmarks;

/// <summary>Time and allocations of persist, copy and fill on a map of cache-line granularity.</summary>
[MemoryDiagnoser]
public class MappingBenchmarks
{
    private const long MapBytes = 16L << 20;
    private string _path = string.Empty;
    private byte[] _content = [];
    private PmemMap? _map;
    private long _offset;

    /// <summary>Gets or sets the length in bytes.</summary>
    [Params(64, 256, 4096, 65536)]
    public int Bytes { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        string directory = Directory.Exists("/dev/shm") ? "/dev/shm" : Path.GetTempPath();
        _path = Path.Combine(directory, "pmemtyped-benchmark-" + Guid.NewGuid().ToString("N"));
        _content = new byte[Bytes];
        using PmemSource source = PmemSource.Create(_path, MapBytes, platform: new PmemPlatform(name => name == "PMEM_IS_PMEM_FORCE" ? "1" : null));
        _map = PmemMap.Map(source);
    }

    [GlobalCleanup]
    public void Cleanup()
    {
        _map?.Dispose();
        File.Delete(_path);
    }

    [Benchmark]
    public void Persist()
    {
        using scoped PmemMapLease lease = _map!.Lease();
        lease.Persist(Next(), Bytes);
    }

    [Benchmark]
    public void Copy()
    {
        using scoped PmemMapLease lease = _map!.Lease();
        lease.Copy(Next(), _content);
    }

    [Benchmark]
    public void Fill()
    {
        using scoped PmemMapLease lease = _map!.Lease();
        lease.Fill(Next(), Bytes, 0);
    }

    private long Next()
    {
        _offset = (_offset + Bytes) & (MapBytes - 1);
        return _offset;
    }
}
