using PmemTyped.Mapping;

namespace PmemTyped.Replication.Generations;

/// <summary>
/// The side file of a copy, locked while it is open: for as long as a primary writes, and for the moment of a request at a
/// target. Threads: one at a time.
/// </summary>
internal sealed class MetadataFile : IDisposable
{
    /// <summary>What the name of the pool is followed by.</summary>
    internal const string Suffix = ".replica";

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

    internal static bool Exists(string pool) => File.Exists(pool + Suffix);

    internal static void Remove(string pool) => File.Delete(pool + Suffix);

    /// <summary>Opens the side file of a pool, or makes one. Waits a little for others who have it open.</summary>
    /// <exception cref="PmemInUseException">Somebody keeps it open: the pool is a primary there.</exception>
    internal static MetadataFile Open(string pool)
    {
        PmemSource source = PmemSource.OpenOrCreateEmpty(pool + Suffix);
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
