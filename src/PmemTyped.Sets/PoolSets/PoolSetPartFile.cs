using PmemTyped.Mapping;
using PmemTyped.Native;
using PmemTyped.Sets.Layout;

namespace PmemTyped.Sets.PoolSets;

/// <summary>One part of a local replica as an open, locked file.</summary>
internal sealed class PoolSetPartFile : IDisposable
{
    internal const long HeaderBytes = PartHeaderLayout.SizeBytes;

    private PoolSetPartFile(PmemSource source, string path, int replica, int index, bool hasHeader, bool isNew)
    {
        Source = source;
        Path = path;
        Replica = replica;
        Index = index;
        HasHeader = hasHeader;
        IsNew = isNew;
        FileBytes = source.GetLengthBytes();
    }

    internal PmemSource Source { get; }

    internal string Path { get; }

    internal int Replica { get; }

    internal int Index { get; }

    internal bool HasHeader { get; }

    /// <summary>Gets a value indicating whether the file was created here, and goes when something fails.</summary>
    internal bool IsNew { get; }

    internal long FileBytes { get; }

    /// <summary>Gets the whole pages of the file.</summary>
    internal long UsableBytes => FileBytes / HeaderBytes * HeaderBytes;

    /// <summary>Gets where the bytes begin that continue the pool: behind the header, except in the first part.</summary>
    internal long ContentOffset => Index > 0 && HasHeader ? HeaderBytes : 0;

    internal long ContentBytes => UsableBytes - ContentOffset;

    internal string Name => FormattableString.Invariant($"replica {Replica}, part {Index}");

    internal static PoolSetPartFile Open(
        PoolSetFilePart part, int replica, int index, bool hasHeader, bool isWritable, PmemPlatform? platform)
    {
        PmemSource source = PmemSource.Open(part.Path, isWritable, platform);
        var file = new PoolSetPartFile(source, part.Path, replica, index, hasHeader, isNew: false);
        try
        {
            if (isWritable)
            {
                source.LockExclusive("open");
            }
            else
            {
                source.LockShared("open");
            }

            file.RequireSize(part);
            return file;
        }
        catch
        {
            source.Dispose();
            throw;
        }
    }

    /// <summary>Creates the file, or takes an existing one whose header page is zero.</summary>
    internal static PoolSetPartFile Create(
        PoolSetFilePart part, int replica, int index, bool hasHeader, bool isSparse, PmemPlatform? platform)
    {
        bool isNew = !File.Exists(part.Path);
        PmemSource source = isNew
            ? PmemSource.Create(part.Path, part.LengthBytes, UnixFileMode.None, isSparse, platform)
            : PmemSource.Open(part.Path, platform: platform);
        var file = new PoolSetPartFile(source, part.Path, replica, index, hasHeader, isNew);
        try
        {
            source.LockExclusive("create a pool in");
            file.RequireSize(part);
            PartHeaderLayout first = isNew ? default : file.ReadHeader();
            if (hasHeader && Blittable.AsBytes(in first).ContainsAnyExcept((byte)0))
            {
                throw new PmemFormatException(
                    part.Path, $"first page of {file.Name}", 0, "all zero", "in use", "It may be part of a pool already; check the set file.");
            }

            return file;
        }
        catch
        {
            file.Undo();
            throw;
        }
    }

    internal PartHeaderLayout ReadHeader() => ReadHeader(Source);

    internal static PartHeaderLayout ReadHeader(PmemSource source)
    {
        byte[] bytes = new byte[HeaderBytes];
        source.ReadAt(0, bytes);
        return Blittable.Read<PartHeaderLayout>(bytes);
    }

    /// <summary>Writes the header page. Persisted on return.</summary>
    internal void WriteHeader(in PartHeaderLayout header) => WriteHeader(Source, in header);

    /// <summary>Writes the header page of a file that this process has locked. Persisted on return.</summary>
    internal static void WriteHeader(PmemSource source, in PartHeaderLayout header)
    {
        using PmemMap map = PmemMap.Map(source, new PmemMapConfig { LengthBytes = HeaderBytes });
        using scoped PmemMapLease lease = map.Lease();
        lease.Copy(0, Blittable.AsBytes(in header));
    }

    /// <summary>The permission bits of a part, for those made beside it.</summary>
    internal static UnixFileMode ModeOf(string path) => OperatingSystem.IsWindows()
        ? UnixFileMode.UserRead | UnixFileMode.UserWrite
        : File.GetUnixFileMode(path);

    internal PmemMap MapContent(VmReservation reservation, long place, bool isPrivate) => PmemMap.Map(
        Source,
        new PmemMapConfig
        {
            OffsetBytes = ContentOffset,
            LengthBytes = ContentBytes,
            IsPrivate = isPrivate,
            Reservation = reservation,
            ReservationOffsetBytes = place,
        });

    /// <summary>Removes a file that was created here, and closes it.</summary>
    internal void Undo()
    {
        if (IsNew)
        {
            Source.Unlink();
        }

        Dispose();
    }

    public void Dispose() => Source.Dispose();

    private void RequireSize(PoolSetFilePart part)
    {
        if (FileBytes != part.LengthBytes && !part.IsAuto)
        {
            throw new PmemFormatException(
                Path,
                $"file size of {Name}",
                0,
                FormattableString.Invariant($"{part.LengthBytes} bytes, as the set file says"),
                FormattableString.Invariant($"{FileBytes}"),
                "It was resized, or is another file; restore it, or correct the set file.");
        }
    }
}
