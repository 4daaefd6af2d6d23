using PmemTyped.Mapping;
using PmemTyped.Sets.Parts;

namespace PmemTyped.Sets;

/// <summary>
/// Maps of several sources under one roof: found by address, extended and removed while they are in use, of one granularity.
/// Parts are numbers of the address space; their bytes are reached through <see cref="Lease"/>, or through
/// <see cref="PmemSetPartMap.Lease"/> with typed cursors. Threads: safe; what is stored at one place by two threads is theirs
/// to order. (libpmemset 1.12; sets specification, part I)
/// </summary>
public sealed partial class PmemSet : IDisposable
{
    private readonly Lock _lock = new();
    private readonly PmemSetConfig _config;
    private readonly PartSpace? _configSpace;
    private readonly PersistRelay? _relay;
    private SetSnapshot? _current = new([], granularity: null, users: 1);
    private PartNode? _previous;
    private PartCoalescing _coalescing;

    private PmemSet(PmemSetConfig config)
    {
        _config = config;
        _configSpace = config.Reservation is { } reservation ? PartSpace.OfConfig(reservation) : null;
        _relay = config.PersistObserver is { } observer ? new PersistRelay(observer) : null;
    }

    /// <summary>
    /// Gets or sets whether new maps continue the previous part; concerns later maps only.
    /// (pmemset_set_contiguous_part_coalescing)
    /// </summary>
    /// <exception cref="PmemSetException">INVALID_COALESCING_VALUE: it is none of the named values.</exception>
    public PartCoalescing Coalescing
    {
        get => _coalescing;
        set => _coalescing = value is >= PartCoalescing.None and <= PartCoalescing.Full
            ? value
            : throw new PmemSetException(
                PmemSetError.InvalidCoalescingValue,
                FormattableString.Invariant($"A set cannot coalesce in mode {(int)value}. Use None, Opportunistic or Full."));
    }

    /// <summary>
    /// Gets the granularity of the first map, which all others share; it stays when all parts are removed again.
    /// (pmemset_get_store_granularity)
    /// </summary>
    /// <exception cref="PmemSetException">NO_PART_MAPPED: nothing was mapped yet.</exception>
    /// <exception cref="ObjectDisposedException">The set was disposed.</exception>
    public StoreGranularity Granularity => Current().Granularity
        ?? throw new PmemSetException(
            PmemSetError.NoPartMapped, "A set has no granularity before its first map. Map a source first.");

    /// <summary>Makes an empty set. (pmemset_new)</summary>
    /// <param name="config">Copied in effect: it cannot change.</param>
    /// <exception cref="PmemSetException">GRANULARITY_NOT_SET: the config requires none.</exception>
    public static PmemSet Create(PmemSetConfig config)
    {
        ArgumentNullException.ThrowIfNull(config);
        return config.RequiredGranularity is not null
            ? new PmemSet(config)
            : throw new PmemSetException(
                PmemSetError.GranularityNotSet, "A set needs to know the coarsest granularity it may have. Set RequiredGranularity.");
    }

    /// <summary>
    /// Gives access to the bytes of all parts for one scope: <c>using scoped PmemSetLease lease = set.Lease();</c>. The lease
    /// sees the parts of this moment; one that is removed meanwhile stays mapped until the lease ends.
    /// </summary>
    /// <exception cref="ObjectDisposedException">The set was disposed.</exception>
    public PmemSetLease Lease() => new(this, Enter());

    /// <summary>
    /// Unmaps everything, after the last lease; parts that are still held can no longer be leased. Nothing is flushed, and of
    /// events only <see cref="PmemSetEventKind.SdsUpdate"/> is raised. A reservation of the config stays. (pmemset_delete)
    /// </summary>
    public void Dispose()
    {
        SetSnapshot? last;
        PartNode[] nodes;
        lock (_lock)
        {
            last = _current;
            if (last is null)
            {
                return;
            }

            nodes = last.Nodes;
            foreach (PartNode node in nodes)
            {
                node.Abandon();
            }

            PartExtent[] extents = last.Extents;
            PartSpace[] spaces = [.. nodes.Select(n => n.Space).Distinct()];
            _ = last.Follow([], last.Granularity, () =>
            {
                Release(extents, extents.SelectMany(e => e.Pieces));
                Trim(spaces);
            });
            _previous = null;
            Volatile.Write(ref _current, null);
        }

        try
        {
            UncountMaps(last.Extents.SelectMany(e => e.Pieces));
        }
        finally
        {
            last.Leave();
        }
    }

    internal void Raise(in PmemSetEvent setEvent) => _ = _config.EventHandler?.Invoke(this, in setEvent);

    internal PmemSetEventHandler? EventHandler => _config.EventHandler;

    internal PersistRelay? Relay => _relay;

    private static void Release(IEnumerable<PartExtent> extents, IEnumerable<PartPiece> pieces)
    {
        foreach (PartExtent extent in extents)
        {
            extent.Retire();
        }

        foreach (PartPiece piece in pieces)
        {
            piece.Map.Dispose();
        }
    }

    private SetSnapshot Current() =>
        Volatile.Read(ref _current) ?? throw new ObjectDisposedException(nameof(PmemSet));

    private SetSnapshot Enter()
    {
        // A snapshot that can no longer be entered was replaced, so each round sees a newer one.
        while (true)
        {
            SetSnapshot current = Current();
            if (current.TryEnter())
            {
                return current;
            }
        }
    }

    /// <summary>
    /// Makes new parts current, under the lock; the caller leaves the returned snapshot after the lock and the events, and
    /// what left the set is unmapped then, or with the last lease.
    /// </summary>
    private SetSnapshot Publish(
        List<PartNode> nodes,
        StoreGranularity? granularity,
        IReadOnlyList<PartExtent> retired,
        IReadOnlyList<PartPiece> removed,
        IReadOnlyList<PartSpace> touched)
    {
        SetSnapshot former = Current();
        SetSnapshot next = former.Follow([.. nodes], granularity, () =>
        {
            Release(retired, removed);
            Trim(touched);
        });
        Volatile.Write(ref _current, next);
        return former;
    }

    private void Trim(IReadOnlyList<PartSpace> touched)
    {
        lock (_lock)
        {
            PartNode[] nodes = _current?.Nodes ?? [];
            foreach (PartSpace space in touched)
            {
                space.Trim([.. nodes.Where(n => n.Space == space)]);
            }
        }
    }

    private void UncountMaps(IEnumerable<PartPiece> pieces)
    {
        foreach (PartPiece piece in pieces)
        {
            if (piece.Source.CountMap(-1) is { } state)
            {
                Raise(new PmemSetEvent { Kind = PmemSetEventKind.SdsUpdate, Source = piece.Source, ShutdownState = state });
            }
        }
    }
}
