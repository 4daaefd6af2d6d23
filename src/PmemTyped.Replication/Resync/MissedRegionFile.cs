using PmemTyped.Mapping;

namespace PmemTyped.Replication.Resync;

/// <summary>The bitmap of one replica in its file beside the pool of the primary. Threads: safe.</summary>
internal sealed class MissedRegionFile : IMissedRanges, IDisposable
{
    private readonly PmemSource _source;
    private readonly PmemMap _map;
    private int _isCopied;

    private MissedRegionFile(PmemSource source, Guid set, long poolBytes)
    {
        _source = source;
        _map = PmemMap.Map(source, new PmemMapConfig { LengthBytes = MissedBitmap<MapMedium>.FileBytesOf(poolBytes) });
        Bitmap = new MissedBitmap<MapMedium>(_map.DangerousGetMedium(), set, poolBytes);
    }

    internal MissedBitmap<MapMedium> Bitmap { get; }

    /// <summary>One resync at a time, even of the same thread; false when another one is at it.</summary>
    internal bool TryBegin() => Interlocked.Exchange(ref _isCopied, 1) == 0;

    internal void End() => Volatile.Write(ref _isCopied, 0);

    /// <summary>Opens the file, or makes it with all bits set.</summary>
    internal static MissedRegionFile Open(string pool, int number, Guid set, long poolBytes)
    {
        PmemSource source = PmemSource.OpenOrCreateEmpty(FormattableString.Invariant($"{pool}.missed-{number}"));
        try
        {
            long bytes = MissedBitmap<MapMedium>.FileBytesOf(poolBytes);
            if (source.GetLengthBytes() < bytes)
            {
                source.Grow(bytes);
                source.SyncMetadata();
            }

            return new MissedRegionFile(source, set, poolBytes);
        }
        catch
        {
            source.Dispose();
            throw;
        }
    }

    public void Add(long offset, long length) => Bitmap.Add(offset, length);

    public void Dispose()
    {
        _map.Dispose();
        _source.Dispose();
    }
}
