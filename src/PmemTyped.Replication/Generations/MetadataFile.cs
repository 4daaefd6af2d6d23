using PmemTyped.Mapping;
using PmemTyped.Native;
using PmemTyped.Sets.PoolSets;

namespace PmemTyped.Replication.Generations;

/// <summary>
/// The side file of a copy, locked while it is open: for as long as a primary writes, and for the moment of a request at a
/// target. Threads: one at a time.
/// </summary>
internal sealed class MetadataFile : IDisposable
{
    /// <summary>What the name of the pool is followed by.</summary>
    internal const string Suffix = ".replica";

    private const string Devices = "/dev/dax";
    private const int LockSliceMs = 5;
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(2);

    private readonly PmemSource _source;
    private readonly PmemMap _map;
    private readonly MetadataSlots<MapMedium> _slots;

    private MetadataFile(PmemSource source)
    {
        _source = source;
        _map = PmemMap.Map(source, new PmemMapConfig { LengthBytes = MetadataSlots<MapMedium>.FileBytes });
        _slots = new MetadataSlots<MapMedium>(_map.DangerousGetMedium());
    }

    /// <summary>Gets the metadata; all zero for a new file.</summary>
    internal ReplicaMetadata Current => _slots.Current;

    /// <summary>
    /// What the history of a pool lies beside: the pool, or the first part of its set. It belongs to the bytes, so that a set file
    /// for a target and one with REPLICA lines, over the same parts, have one history.
    /// </summary>
    /// <exception cref="PmemException">The set file is wrong.</exception>
    internal static string PlaceOf(string pool) => PoolSetFile.IsSetFile(pool) ? PlaceOf(PoolSetFile.Load(pool)) : pool;

    /// <summary>As the other one; directories and devices hold no side files, so there it is the set file.</summary>
    internal static string PlaceOf(PoolSetFile set)
    {
        string first = set.Replicas[0].Parts[0].Path;
        return first.StartsWith(Devices, StringComparison.Ordinal) || Directory.Exists(first) ? set.Path : first;
    }

    /// <summary>Whether a file can have its history beside it: memory without a file and devices cannot.</summary>
    internal static bool IsPlace(string path) => !path.StartsWith(Devices, StringComparison.Ordinal) && File.Exists(path);

    internal static bool Exists(FilePath place) => FileEntry.Exists(place.WithSuffix(Suffix));

    /// <summary>Whether the side file is there and begins as ours do: with slots, or with nothing where none was written.</summary>
    internal static bool IsOne(FilePath place)
    {
        if (!Exists(place))
        {
            return false;
        }

        try
        {
            using PmemSource source = PmemSource.Open(place.WithSuffix(Suffix), writable: false);
            byte[] bytes = new byte[MetadataSlots<MapMedium>.FileBytes];
            source.ReadAt(0, bytes);
            return source.GetLengthBytes() == bytes.Length && MetadataSlots<MapMedium>.MayHold(bytes);
        }
        catch (Exception e) when (e is PmemException or ArgumentException)
        {
            // It is too short, no file, or not for us to read.
            return false;
        }
    }

    internal static void Remove(FilePath place) => FileEntry.Remove(place.WithSuffix(Suffix));

    /// <summary>Opens the side file of a pool or set file, or makes one. Waits a little for others who have it open.</summary>
    /// <exception cref="PmemInUseException">Somebody keeps it open: the pool is a primary there.</exception>
    internal static MetadataFile Open(string pool) => OpenAt(PlaceOf(pool));

    /// <summary>As <see cref="Open"/>, exactly here: what a stranger may have written into the file is not looked at.</summary>
    internal static MetadataFile OpenAt(FilePath place)
    {
        PmemSource source = PmemSource.OpenOrCreateEmpty(place.WithSuffix(Suffix));
        try
        {
            Lock(source);
            if (source.GetLengthBytes() < MetadataSlots<MapMedium>.FileBytes)
            {
                // It is new, or a crash came while it was made.
                source.Grow(MetadataSlots<MapMedium>.FileBytes);
                source.SyncMetadata();
            }

            return new MetadataFile(source);
        }
        catch
        {
            source.Dispose();
            throw;
        }
    }

    /// <summary>Replaces the metadata. Persisted on return.</summary>
    internal ReplicaMetadata Update(in ReplicaMetadata metadata)
    {
        _slots.Update(in metadata);
        return metadata;
    }

    public void Dispose()
    {
        _map.Dispose();
        _source.Dispose();
    }

    private static void Lock(PmemSource source)
    {
        var deadline = ReplicaDeadline.After(s_patience);
        while (true)
        {
            try
            {
                source.LockExclusive("read the history of");
                return;
            }
            catch (PmemInUseException) when (deadline.RemainingMs > 0)
            {
                Thread.Sleep(LockSliceMs);
            }
        }
    }
}
