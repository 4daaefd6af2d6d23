using PmemTyped.Mapping;
using PmemTyped.Objects.Layout;
using PmemTyped.Objects.Regions;
using PmemTyped.Objects.Transactions;
using PmemTyped.Sets;

namespace PmemTyped;

/// <summary>
/// Objects in mapped memory that refer to each other: one root of a type that is chosen when the region is made, and
/// everything that transactions make. Reading follows references in place; storing goes through transactions, so no crash
/// shows a half of one, leaks an object or uses its place twice. References mean the same wherever the region is mapped.
/// Threads: every member is safe for any number of threads; objects are not locked.
/// </summary>
public sealed partial class PersistentRegion : IDisposable
{
    private readonly Lock _arrayLock = new();
    private readonly Lock _typeLock = new();
    private readonly bool _leaveMapOpen;
    private readonly ReplicatedMap? _replicated;
    private readonly RegionSet? _set;
    private volatile bool _isDisposed;

    // Position in the region's type table plus one, by number of the type in this process; 0 is not known yet.
    private int[] _types = new int[16];

    private PersistentRegion(
        PmemMap map, RegionCore<MapMedium> core, bool leaveMapOpen, ReplicatedMap? replicated, RegionSet? set)
    {
        Map = map;
        Core = core;
        _leaveMapOpen = leaveMapOpen;
        _replicated = replicated;
        _set = set;
    }

    /// <summary>Gets the path of the file, or what stands there for memory without one.</summary>
    public string Path => Map.Path;

    /// <summary>Gets the size in bytes.</summary>
    public long LengthBytes => Core.Geometry.Format.LengthBytes;

    /// <summary>Gets how many bytes no type has taken, in chunks of 64 KiB; objects fill places of their type first.</summary>
    public long FreeBytes
    {
        get
        {
            using scoped PmemMapLease lease = LeaseMap();
            return Core.Slots.FreeBytes();
        }
    }

    /// <summary>Gets what a commit on this region is worth, and why.</summary>
    public MediumDurability Durability => Map.Durability;

    internal PmemMap Map { get; }

    internal RegionCore<MapMedium> Core { get; }

    /// <summary>The reference to the root.</summary>
    /// <typeparam name="T">Its type.</typeparam>
    /// <exception cref="ArgumentException">The root is of another type.</exception>
    public PPtr<T> Root<T>()
        where T : unmanaged, IPersistentLayout<T>
    {
        using scoped PmemMapLease lease = LeaseMap();
        return FindType<T>() == 0
            ? new PPtr<T>(Core.RootOffset)
            : throw new ArgumentException(
                $"The root of '{Path}' is a '{Core.Types.Types[0].Name}', not a '{typeof(T).Name}'.");
    }

    /// <summary>
    /// The region's own array of a type: made of zeros at the first call, found again at every later one, in this process or
    /// the next. Persisted on return; a crash before that leaves no array.
    /// </summary>
    /// <typeparam name="T">Type of the elements.</typeparam>
    /// <param name="count">Number of elements, at least 1; always the same.</param>
    /// <exception cref="ArgumentOutOfRangeException">The count is below 1.</exception>
    /// <exception cref="ArgumentException">The array has another number of elements.</exception>
    /// <exception cref="InvalidOperationException">The array has to be made, and a transaction is under way on this thread.</exception>
    /// <exception cref="PmemCapacityException">The region has no room for it in one piece.</exception>
    public PersistentArray<T> Array<T>(long count)
        where T : unmanaged, IPersistentLayout<T>
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        lock (_arrayLock)
        {
            using scoped PmemMapLease lease = LeaseMap();
            int type = TypeOf<T>();
            long first = Core.ArrayOf(type, out long found);
            if (first == 0)
            {
                first = MakeArray(type, found = count);
            }

            return found == count
                ? new PersistentArray<T>(new PPtr<T>(first), count)
                : throw new ArgumentException(
                    FormattableString.Invariant($"The array of '{Core.Types.Types[type].Name}' in '{Path}' has {found} elements, not {count}."),
                    nameof(count));
        }
    }

    /// <summary>The array that a first element belongs to, for one that is kept as a reference in an object.</summary>
    /// <typeparam name="T">Type of the elements.</typeparam>
    /// <param name="first">Its first element.</param>
    /// <exception cref="ArgumentException">No array of the type begins there.</exception>
    public PersistentArray<T> ArrayAt<T>(PPtr<T> first)
        where T : unmanaged, IPersistentLayout<T>
    {
        using scoped PmemMapLease lease = LeaseMap();
        Chunk chunk = Require(first);
        return chunk.Word.Kind == ChunkKind.Array && chunk.First == first.Offset
            ? new PersistentArray<T>(first, chunk.Count)
            : throw new ArgumentException(
                FormattableString.Invariant($"No array of '{Path}' begins at offset 0x{first.Offset:X}."), nameof(first));
    }

    /// <summary>Reads an object into a value of this process.</summary>
    /// <typeparam name="T">Its type.</typeparam>
    /// <param name="reference">The object.</param>
    /// <exception cref="ArgumentException">There is no object of the type.</exception>
    public T Read<T>(PPtr<T> reference)
        where T : unmanaged, IPersistentLayout<T>
    {
        using scoped RegionLease lease = Lease();
        return lease.Read(reference).Value;
    }

    /// <summary>Gives access to the objects in place, for one scope: <c>using scoped RegionLease lease = region.Lease();</c>.</summary>
    /// <exception cref="ObjectDisposedException">The region was disposed.</exception>
    /// <exception cref="PmemFaultedException">A flush failed earlier.</exception>
    public RegionLease Lease() => new(this);

    /// <summary>
    /// Begins a transaction: <c>using scoped PersistentTransaction tx = region.BeginTransaction();</c>. Allocates nothing but
    /// at the first use of a lane. Waits while all lanes are taken.
    /// </summary>
    /// <exception cref="InvalidOperationException">One of this region is under way on this thread; they do not nest.</exception>
    /// <exception cref="TimeoutException">All lanes were taken for 30 seconds.</exception>
    /// <exception cref="ObjectDisposedException">The region was disposed.</exception>
    /// <exception cref="PmemFaultedException">A flush failed earlier.</exception>
    public PersistentTransaction BeginTransaction() => new(this);

    /// <summary>
    /// Closes the region. Leases and transactions that are under way keep the memory until they end, and transactions the copies
    /// elsewhere; later ones are refused. Every committed transaction is durable already.
    /// </summary>
    /// <exception cref="PmemFaultedException">
    /// The region lies in the files of a set, and they could not be marked as closed; they are closed nevertheless.
    /// </exception>
    public void Dispose()
    {
        bool wasDisposed = _isDisposed;
        _isDisposed = true;
        if (wasDisposed || _leaveMapOpen)
        {
            return;
        }

        if (_replicated is not null)
        {
            _replicated.Dispose();
            return;
        }

        _set?.EndReplication();

        try
        {
            if (_set is not null && Core.Lanes.IsIdle)
            {
                _set.MarkClean();
            }
        }
        finally
        {
            Map.Dispose();
            _set?.Dispose();
        }
    }

    /// <summary>Begins what is waited for once where the region has copies elsewhere; otherwise does nothing.</summary>
    internal PersistBatch BeginBatch() =>
        _set is not null ? _set.BeginBatch() : _replicated is not null ? _replicated.BeginBatch() : default;

    /// <summary>Keeps the map for one scope, unless the region was disposed.</summary>
    internal PmemMapLease LeaseMap()
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        return Map.Lease();
    }

    /// <summary>The position of a type in the region, for making objects; one that is new is added.</summary>
    internal int TypeOf<T>()
        where T : unmanaged, IPersistentLayout<T>
    {
        int known = Known(TypeNumber.Of<T>());
        return known >= 0 ? known : Learn<T>(adds: true);
    }

    /// <summary>The position of a type in the region, for looking at objects; -1 where it is not known.</summary>
    internal int FindType<T>()
        where T : unmanaged, IPersistentLayout<T>
    {
        int known = Known(TypeNumber.Of<T>());
        return known >= 0 ? known : Learn<T>(adds: false);
    }

    /// <summary>The chunk of an object; throws when there is no object of the type.</summary>
    internal Chunk Require<T>(PPtr<T> reference)
        where T : unmanaged, IPersistentLayout<T> => Core.Chunks.Require(reference.Offset, RequireType<T>());

    /// <summary>The position of a type that the region knows.</summary>
    internal int RequireType<T>()
        where T : unmanaged, IPersistentLayout<T>
    {
        int type = FindType<T>();
        return type >= 0 ? type : throw new ArgumentException($"'{Path}' has no object of the layout '{RegionType.Of<T>().Name}'.");
    }

    private int Known(int number)
    {
        int[] types = Volatile.Read(ref _types);
        return number < types.Length ? Volatile.Read(ref types[number]) - 1 : -1;
    }

    private int Learn<T>(bool adds)
        where T : unmanaged, IPersistentLayout<T>
    {
        lock (_typeLock)
        {
            int position = Core.FindType(RegionType.Of<T>());
            if (position < 0 && adds)
            {
                foreach (RegionType type in ReachableTypes.Of<T>())
                {
                    _ = Core.TypeOf(type);
                }

                position = Core.FindType(RegionType.Of<T>());
            }

            if (position >= 0)
            {
                Remember(TypeNumber.Of<T>(), position);
            }

            return position;
        }
    }

    private void Remember(int number, int position)
    {
        int[] types = _types;
        if (number >= types.Length)
        {
            System.Array.Resize(ref types, number * 2);
        }

        Volatile.Write(ref types[number], position + 1);
        Volatile.Write(ref _types, types);
    }

    private long MakeArray(int type, long count)
    {
        using scoped PersistBatch batch = BeginBatch();
        TransactionLane<MapMedium> lane = Core.Lanes.Acquire();
        try
        {
            _ = lane.Begin();
            long first = lane.MakeOwnArray(type, count);
            lane.Commit();
            return first;
        }
        catch (PmemCapacityException)
        {
            lane.Abort();
            throw;
        }
        finally
        {
            Core.Lanes.Release(lane);
        }
    }
}
