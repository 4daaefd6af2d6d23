using PmemTyped.Mapping;
using PmemTyped.Native;
using PmemTyped.Native.Linux;
using PmemTyped.Replication.Frames;
using PmemTyped.Sets;
using PmemTyped.Sets.Layout;
using PmemTyped.Sets.PoolSets;

namespace PmemTyped.Replication.Target;

/// <summary>A remote pool that is open: its parts, locked and mapped as one. Threads: lanes use the map; the rest is one at a time.</summary>
internal sealed class TargetPool : IDisposable
{
    private readonly List<TargetPart> _parts;
    private readonly List<PmemMap> _pieces = [];
    private readonly FilePath _setFile;
    private readonly List<VmReservation> _reservations = [];
    private PmemMap? _map;
    private bool _isMarked;

    private TargetPool(TargetSet set, List<TargetPart> parts)
    {
        _setFile = set.File;
        _parts = parts;
        IsSingleHeader = set.Set.Options.HasFlag(PoolSetOptions.SingleHeader);
    }

    internal PmemMap Map => _map ?? throw new ObjectDisposedException(nameof(TargetPool));

    internal bool HasHeaders => _parts[0].HasHeader;

    internal bool IsSingleHeader { get; }

    internal long LimitBytes => _parts.Sum(p => p.ContentBytes);

    /// <summary>Gets what the headers say; all zero without headers.</summary>
    internal RemotePoolAttributes Attributes { get; private set; }

    internal ReplicaDurability Durability => Map.Durability.Kind switch
    {
        DurabilityKind.Volatile => ReplicaDurability.Volatile,
        DurabilityKind.ForcedUnverified => ReplicaDurability.Unverified,
        _ => ReplicaDurability.PowerSafe,
    };

    /// <summary>Makes a pool; when anything fails, files that were made are gone again. Persisted on return.</summary>
    internal static TargetPool Create(
        TargetSet set, long poolBytes, RemotePoolAttributes attributes, IPersistListener? listener = null)
    {
        RequireAttributes(set.Set, attributes);
        List<TargetPart> parts = Gather(set, mayCreate: true);
        var pool = new TargetPool(set, parts);
        try
        {
            pool.RequireSize(poolBytes);
            PendingAttributes.Clear(set.File);
            TargetPart[] headed = [.. parts.Where(p => p.HasHeader)];
            if (headed.Length > 0)
            {
                PartHeaderLayout[] headers = TargetHeaders.New(attributes, headed.Length, DateTimeOffset.UtcNow.ToUnixTimeSeconds());

                // The first one last: without it there is no pool.
                for (int i = headed.Length - 1; i >= 0; i--)
                {
                    headed[i].WriteHeader(in headers[i]);
                }

                pool.Attributes = TargetHeaders.AttributesOf(in headers[0]);
            }

            parts.ForEach(p => p.Source.SyncMetadata());
            pool.MapAll(listener);
            return pool;
        }
        catch
        {
            pool.Dispose();
            parts.ForEach(p => p.Undo());
            throw;
        }
    }

    /// <summary>Opens a pool, finishing a change of attributes that was interrupted.</summary>
    internal static TargetPool Open(TargetSet set, long poolBytes, IPersistListener? listener = null)
    {
        var pool = new TargetPool(set, Gather(set, mayCreate: false));
        try
        {
            if (PendingAttributes.Read(set.File) is { } pending && pool.HasHeaders)
            {
                pool.WriteHeaders(in pending);
            }

            if (pool.HasHeaders)
            {
                PartHeaderLayout[] headers = pool.ReadHeaders();
                TargetHeaders.Require(headers);
                pool.Attributes = TargetHeaders.AttributesOf(in headers[0]);
            }

            pool.RequireSize(poolBytes);
            pool.MapAll(listener);
            return pool;
        }
        catch
        {
            pool.Dispose();
            throw;
        }
    }

    /// <summary>Changes the attributes in all headers, all or none after a crash. Persisted on return.</summary>
    internal void SetAttributes(in RemotePoolAttributes attributes)
    {
        if (!HasHeaders)
        {
            if (!attributes.IsZero)
            {
                throw new FrameException(Errno.Invalid, "The pool has no headers (NOHDRS), so it cannot keep attributes.");
            }

            return;
        }

        PendingAttributes.Write(_setFile, in attributes);
        WriteHeaders(in attributes);
        Attributes = attributes;
    }

    /// <summary>Takes the making of the pool back.</summary>
    internal void Undo() => _parts.ForEach(p => p.Undo());

    /// <summary>Removes the parts; they are locked by this pool.</summary>
    internal void Unlink() => _parts.ForEach(p => p.Source.Unlink());

    public void Dispose()
    {
        if (_isMarked && _map is { IsFaulted: false })
        {
            ShutdownState.MarkClean(_map.DangerousGetMedium());
        }

        _isMarked = false;
        _map?.Dispose();
        _map = null;
        _pieces.ForEach(p => p.Dispose());
        _pieces.Clear();
        foreach (VmReservation reservation in _reservations)
        {
            if (reservation.IsFree(0, reservation.LengthBytes))
            {
                reservation.Dispose();
            }
        }

        _reservations.Clear();
        _parts.ForEach(p => p.Dispose());
    }

    private static void RequireAttributes(PoolSetFile set, in RemotePoolAttributes attributes)
    {
        bool hasHeaders = !set.Options.HasFlag(PoolSetOptions.NoHeaders);
        if (hasHeaders == attributes.IsZero)
        {
            throw new FrameException(Errno.Invalid, hasHeaders
                ? "A pool whose parts have headers needs attributes."
                : "A pool without headers (NOHDRS) cannot keep attributes.");
        }

        bool wantsSingle = ((PoolFeatures)attributes.Incompat).HasFlag(PoolFeatures.SingleHeader);
        if (wantsSingle != set.Options.HasFlag(PoolSetOptions.SingleHeader))
        {
            throw new FrameException(
                Errno.Invalid, "The SINGLEHDR option of the set file and bit 0 of the incompat features must agree.");
        }
    }

    private static List<TargetPart> Gather(TargetSet set, bool mayCreate)
    {
        List<TargetPart> parts = [];
        bool isSingle = set.Set.Options.HasFlag(PoolSetOptions.SingleHeader);
        bool hasNone = set.Set.Options.HasFlag(PoolSetOptions.NoHeaders);
        try
        {
            foreach ((PoolSetFilePart line, FilePath path) in set.Lines.Zip(set.Parts))
            {
                bool isFirst = parts.Count == 0;
                parts.Add(TargetPart.Take(line, path, isFirst, !hasNone && (isFirst || !isSingle), mayCreate));
            }

            return parts;
        }
        catch
        {
            parts.ForEach(p => p.Undo());
            throw;
        }
    }

    private PartHeaderLayout[] ReadHeaders() => [.. _parts.Where(p => p.HasHeader).Select(p => p.ReadHeader())];

    private void WriteHeaders(in RemotePoolAttributes attributes)
    {
        PartHeaderLayout[] headers = ReadHeaders();
        TargetHeaders.RequireThere(headers);
        TargetHeaders.Overwrite(headers, in attributes);
        for (int i = 0; i < headers.Length; i++)
        {
            _parts[i].WriteHeader(in headers[i]);
        }

        PendingAttributes.Clear(_setFile);
    }

    private void RequireSize(long poolBytes)
    {
        if (poolBytes > LimitBytes)
        {
            throw new FrameException(Errno.FileTooBig, FormattableString.Invariant(
                $"The pool holds {LimitBytes} bytes; {poolBytes} were asked for. Make it larger, or ask for less."));
        }
    }

    private void MapAll(IPersistListener? listener)
    {
        VmReservation reservation = VmReservation.Create(LimitBytes);
        _reservations.Add(reservation);
        long place = 0;
        foreach (TargetPart part in _parts)
        {
            _pieces.Add(part.MapContent(reservation, place));
            place += part.ContentBytes;
        }

        _map = PmemMap.Join(_pieces, listener);
        MarkOpen();
    }

    // Only where the checksum of the header does not cover the state.
    private void MarkOpen()
    {
        const PoolFeatures Both = PoolFeatures.ShutdownState | PoolFeatures.Checksum2K;
        if (!HasHeaders || ((PoolFeatures)Attributes.Incompat & Both) != Both)
        {
            return;
        }

        ShutdownIdentity? identity = Identity();
        PartHeaderLayout header = _parts[0].ReadHeader();
        if (ShutdownState.Examine(in header, identity) is { } finding)
        {
            throw new FrameException(Errno.Invalid, $"The {finding.Structure} is {finding.Found}. {finding.NextStep}");
        }

        _isMarked = ShutdownState.MarkDirty(Map.DangerousGetMedium(), in header, identity);
    }

    private ShutdownIdentity? Identity()
    {
        ulong count = 0;
        ulong device = 0;
        foreach (TargetPart part in _parts)
        {
            if (ShutdownIdentity.Detect(part.Source) is not { } identity)
            {
                return null;
            }

            count += identity.UnsafeShutdownCount;
            device += identity.DeviceUuid;
        }

        return new ShutdownIdentity(count, device);
    }
}
