using PmemTyped.Mapping;
using PmemTyped.Native;
using PmemTyped.Objects.Layout;

namespace PmemTyped.Objects.Regions;

/// <summary>Makes a region in empty memory, and recognises one.</summary>
internal static class RegionHeader<TMedium>
    where TMedium : struct, IPmemMedium
{
    /// <summary>Makes a region. Persisted on return; a crash before leaves none, or one that is refused.</summary>
    /// <param name="medium">Memory whose first page is zero.</param>
    /// <param name="path">For messages.</param>
    /// <param name="geometry">Where everything will be.</param>
    /// <param name="types">The types that the root reaches, the root's first.</param>
    internal static void Create(TMedium medium, string path, RegionGeometry geometry, IReadOnlyList<RegionType> types)
    {
        RequireBlank(medium, path);
        medium.ClearFlushed(
            RegionHeaderLayout.SizeBytes, geometry.ChunksOffset - RegionHeaderLayout.SizeBytes, RegionOrdering.P1);
        for (int i = 0; i < geometry.Format.LaneCount; i++)
        {
            long lane = geometry.LaneOffset(i);
            medium.Store64(lane, CheckedWord.Make(0, lane));
            medium.Flush(lane, sizeof(ulong), RegionOrdering.P1);
        }

        long root = MakeRoot(medium, path, geometry, types[0]);
        var table = new TypeTable<TMedium>(medium, geometry, new RegionDamage(path));
        foreach (RegionType type in types)
        {
            _ = table.Add(type);
        }

        // P1: crash before here: the header is zero, so this is no region.
        medium.Drain(RegionOrdering.P1);
        RegionHeaderLayout header = Describe(geometry.Format, root);
        medium.Store(0, Blittable.AsBytes(in header));

        // P2: crash before here: no header, a torn one, which its checksum tells, or a complete region.
        medium.Persist(0, RegionHeaderLayout.SizeBytes, RegionOrdering.P2);
    }

    /// <summary>Reads the header. Stores nothing.</summary>
    /// <exception cref="PmemFormatException">It is no region, or of another version.</exception>
    /// <exception cref="PmemCorruptionException">It is damaged or cut off.</exception>
    internal static RegionGeometry Read(TMedium medium, RegionDamage damage, out long root)
    {
        bool hasHeader = medium.LengthBytes >= RegionGeometry.PageBytes;
        RegionHeaderLayout header = hasHeader
            ? Blittable.Read<RegionHeaderLayout>(medium.Window(0, RegionHeaderLayout.SizeBytes))
            : default;
        if (header.Magic != RegionHeaderLayout.MagicValue)
        {
            throw new PmemFormatException(
                damage.Path,
                "region header",
                0,
                "'PTREGION'",
                FormattableString.Invariant($"0x{header.Magic:X16}"),
                "It is no region, or its creation was interrupted; create it anew.");
        }

        uint checksum = RegionHeaderLayout.ComputeChecksum(header);
        if (checksum != header.Checksum)
        {
            damage.Throw(
                "region header",
                0,
                FormattableString.Invariant($"a header with checksum 0x{checksum:X8}"),
                FormattableString.Invariant($"0x{header.Checksum:X8}"));
        }

        if (header.Major != RegionHeaderLayout.MajorValue)
        {
            throw new PmemFormatException(
                damage.Path,
                "region version",
                12,
                FormattableString.Invariant($"{RegionHeaderLayout.MajorValue}"),
                FormattableString.Invariant($"{header.Major}"),
                "Use a version that knows this format.");
        }

        if (header.LengthBytes > medium.LengthBytes)
        {
            damage.Throw(
                "region length",
                16,
                FormattableString.Invariant($"at most the {medium.LengthBytes} bytes that are there"),
                FormattableString.Invariant($"{header.LengthBytes}"));
        }

        RegionGeometry? geometry = RegionGeometry.Plan(new RegionFormat(
            header.LengthBytes, (int)header.ChunkBytes, (int)header.TypeCapacity, (int)header.LaneCount, (int)header.LaneBytes));
        if (geometry is null)
        {
            damage.Throw("region header", 16, "numbers of a region", "others");
        }

        root = header.RootOffset;
        return geometry;
    }

    private static RegionHeaderLayout Describe(RegionFormat format, long root)
    {
        var header = new RegionHeaderLayout
        {
            Magic = RegionHeaderLayout.MagicValue,
            Major = RegionHeaderLayout.MajorValue,
            Minor = RegionHeaderLayout.MinorValue,
            LengthBytes = format.LengthBytes,
            ChunkBytes = (uint)format.ChunkBytes,
            TypeCapacity = (uint)format.TypeCapacity,
            LaneCount = (uint)format.LaneCount,
            LaneBytes = (uint)format.LaneBytes,
            RootOffset = root,
        };
        header.Checksum = RegionHeaderLayout.ComputeChecksum(header);
        return header;
    }

    // The first slot of the first chunk.
    private static long MakeRoot(TMedium medium, string path, RegionGeometry geometry, RegionType type)
    {
        SlotShape shape = SlotShape.OfSlots(type, geometry.Format.ChunkBytes);
        if (shape.Count == 0)
        {
            throw new PmemCapacityException(
                path,
                FormattableString.Invariant($"a root of {type.SizeBytes} bytes"),
                FormattableString.Invariant($"an object must fit a chunk of {geometry.Format.ChunkBytes} bytes"),
                "Put the large part into an array.");
        }

        long chunk = geometry.ChunkOffset(0);
        medium.ClearFlushed(chunk, shape.First + shape.Stride, RegionOrdering.P1);
        medium.Store64(chunk, 1);
        medium.Flush(chunk, sizeof(ulong), RegionOrdering.P1);
        long at = geometry.ChunkWordOffset(0);
        medium.Store64(at, new ChunkWord(ChunkKind.Slots, 0, 1).ToWord(at));
        medium.Flush(at, sizeof(ulong), RegionOrdering.P1);
        return chunk + shape.First;
    }

    private static void RequireBlank(TMedium medium, string path)
    {
        if (medium.Window(0, RegionGeometry.PageBytes).ContainsAnyExcept((byte)0))
        {
            throw new PmemFormatException(
                path,
                "first page",
                0,
                "all zero",
                "in use",
                "It may be a region already; open it, or clear its first 4096 bytes if its content is not needed.");
        }
    }
}
