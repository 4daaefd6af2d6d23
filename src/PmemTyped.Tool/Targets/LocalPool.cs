using PmemTyped.Blocks;
using PmemTyped.Mapping;
using PmemTyped.Sets.PoolSets;

namespace PmemTyped.Tool.Targets;

/// <summary>A pool of this machine as the bytes that are replicated: a file, or the first replica of a set file. Read, and locked meanwhile.</summary>
internal sealed class LocalPool : IDisposable
{
    private readonly PoolSetMap? _set;
    private readonly PmemSource? _source;

    private LocalPool(PoolSetMap set)
    {
        _set = set;
        Map = set.Map;
    }

    private LocalPool(PmemSource source, PmemMap map)
    {
        _source = source;
        Map = map;
    }

    internal PmemMap Map { get; }

    /// <summary>Opens it; nothing is changed.</summary>
    /// <exception cref="PmemException">It is missing, in use or damaged.</exception>
    internal static LocalPool Open(string path)
    {
        if (PoolSetFile.IsSetFile(path))
        {
            PoolSetFile set = PoolSetFile.Load(path, PoolSetReading.Compatible);
            if (set.Options != PoolSetOptions.NoHeaders || set.Replicas[0].Parts.Count != 1)
            {
                return new LocalPool(PoolSetMap.Open(set, BlockPool.Signature, PoolSetAccess.Private));
            }

            path = set.Replicas[0].Parts[0].Path;
        }

        PmemSource source = PmemSource.Open(path, writable: false);
        try
        {
            source.LockExclusive("compare");
            return new LocalPool(source, PmemMap.Map(source, new PmemMapConfig { Protection = MapProtection.Read }));
        }
        catch
        {
            source.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        if (_set is not null)
        {
            _set.Dispose();
            return;
        }

        Map.Dispose();
        _source!.Dispose();
    }
}
