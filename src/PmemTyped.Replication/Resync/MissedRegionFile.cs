using System.Buffers.Binary;
using PmemTyped.Mapping;
using PmemTyped.Native;
using PmemTyped.Replication.Generations;
using PmemTyped.Replication.Layout;

namespace PmemTyped.Replication.Resync;

/// <summary>
/// The bitmap of one replica, in its file beside the pool of the primary; in memory, with all bits set, where the pool has no
/// place for one. Threads: safe.
/// </summary>
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

    internal static MissedRegionFile InMemory(long poolBytes) =>
        new(PmemSource.Anonymous(MissedBitmap<MapMedium>.FileBytesOf(poolBytes)), Guid.Empty, poolBytes);

    internal static void Remove(FilePath place, int number) => FileEntry.Remove(PathOf(place, number));

    /// <summary>Removes the files of all replicas beside a pool. One that does not begin as ours do is somebody else's, and stays.</summary>
    internal static void RemoveAll(FilePath place)
    {
        foreach (int number in Existing(place))
        {
            Remove(place, number);
        }
    }

    /// <summary>The numbers of the replicas that have a file beside a pool.</summary>
    internal static IEnumerable<int> Existing(FilePath place) =>
        Enumerable.Range(1, ReplicaMetadata.MaxNumber).Where(n => IsOne(PathOf(place, n)));

    internal static FilePath PathOf(FilePath place, int number) => place.WithSuffix(FormattableString.Invariant($".missed-{number}"));

    /// <summary>Opens the file, or makes it with all bits set.</summary>
    internal static MissedRegionFile Open(FilePath place, int number, Guid set, long poolBytes)
    {
        PmemSource source = PmemSource.OpenOrCreateEmpty(PathOf(place, number));
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

    private static bool IsOne(FilePath path)
    {
        if (!FileEntry.Exists(path))
        {
            return false;
        }

        try
        {
            using PmemSource source = PmemSource.Open(path, writable: false);
            byte[] head = new byte[sizeof(uint)];
            source.ReadAt(0, head);
            return BinaryPrimitives.ReadUInt32LittleEndian(head) == MissedRegionsLayout.HeadMagic;
        }
        catch (Exception e) when (e is PmemException or ArgumentException)
        {
            // It is too short, no file, or not for us to read.
            return false;
        }
    }

    public void Dispose()
    {
        _map.Dispose();
        _source.Dispose();
    }
}
