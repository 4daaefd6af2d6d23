using PmemTyped.Mapping;
using PmemTyped.Native;
using PmemTyped.Native.Linux;
using PmemTyped.Replication.Frames;
using PmemTyped.Replication.Generations;
using PmemTyped.Sets.Layout;
using PmemTyped.Sets.PoolSets;

namespace PmemTyped.Replication.Target;

/// <summary>One part of a remote pool as an open, locked file.</summary>
internal sealed class TargetPart : IDisposable
{
    internal const long HeaderBytes = PartHeaderLayout.SizeBytes;

    private readonly bool _isFirst;

    private TargetPart(PmemSource source, PoolSetFilePart line, bool isFirst, bool hasHeader, bool isNew)
    {
        Source = source;
        _isFirst = isFirst;
        HasHeader = hasHeader;
        IsNew = isNew;
        long fileBytes = source.GetLengthBytes();
        UsableBytes = (line.IsAuto ? fileBytes : line.LengthBytes) / HeaderBytes * HeaderBytes;
        IsShort = fileBytes < line.LengthBytes;
    }

    internal PmemSource Source { get; }

    internal bool HasHeader { get; }

    internal bool IsNew { get; }

    /// <summary>Gets the bytes that continue the pool: all of the first part, the others without their header.</summary>
    internal long ContentBytes => UsableBytes - ContentOffset;

    internal long ContentOffset => HasHeader && !_isFirst ? HeaderBytes : 0;

    private long UsableBytes { get; }

    private bool IsShort { get; }

    /// <summary>Opens a part that is there, or makes it; its lock is taken before anything is looked at.</summary>
    internal static TargetPart Take(PoolSetFilePart line, FilePath path, bool isFirst, bool hasHeader, bool mayCreate)
    {
        bool isNew = mayCreate && !FileEntry.Exists(path);
        PmemSource source = isNew ? PmemSource.Create(path, line.LengthBytes) : PmemSource.Open(path);
        var part = new TargetPart(source, line, isFirst, hasHeader, isNew);
        try
        {
            source.LockExclusive("serve");
            if (part.IsShort)
            {
                throw new FrameException(Errno.Invalid, $"The part '{line.Path}' is shorter than the set file says.");
            }

            return mayCreate && !isNew && hasHeader && part.ReadHeaderBytes().AsSpan().ContainsAnyExcept((byte)0)
                ? throw new FrameException(Errno.Exists, $"The part '{line.Path}' has a header, so it belongs to a pool. Remove that first.")
                : part;
        }
        catch
        {
            part.Undo();
            throw;
        }
    }

    internal PartHeaderLayout ReadHeader() => Blittable.Read<PartHeaderLayout>(ReadHeaderBytes());

    /// <summary>Writes the header page. Persisted on return.</summary>
    internal void WriteHeader(in PartHeaderLayout header)
    {
        using PmemMap map = PmemMap.Map(Source, new PmemMapConfig { LengthBytes = HeaderBytes });
        using scoped PmemMapLease lease = map.Lease();
        lease.Copy(0, Blittable.AsBytes(in header));
    }

    internal PmemMap MapContent(VmReservation reservation, long place) => PmemMap.Map(
        Source,
        new PmemMapConfig
        {
            OffsetBytes = ContentOffset,
            LengthBytes = ContentBytes,
            Reservation = reservation,
            ReservationOffsetBytes = place,
        });

    internal void Undo()
    {
        if (IsNew)
        {
            Source.Unlink();
        }

        Dispose();
    }

    public void Dispose() => Source.Dispose();

    private byte[] ReadHeaderBytes()
    {
        byte[] bytes = new byte[HeaderBytes];
        Source.ReadAt(0, bytes);
        return bytes;
    }
}
