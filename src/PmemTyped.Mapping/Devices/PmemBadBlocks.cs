using PmemTyped.Native;
using PmemTyped.Native.Linux;

namespace PmemTyped.Mapping.Devices;

/// <summary>
/// Finds the ranges of a source that its device cannot read, and gives up their content so that they can be used again.
/// Threads: safe; clearing while others store to the range loses their stores. (mapping specification, section 14)
/// </summary>
public static class PmemBadBlocks
{
    private const int ExtentsAtATime = 64;

    /// <summary>
    /// Lists the bad blocks of a source, in order and merged. In a file they are the bad sectors of its disk that the
    /// file occupies, extended to whole blocks of the file system, which may reach past the end of the file; a disk that
    /// keeps no list has none. In device DAX they are those of its region, as the kernel lists them. Nothing is changed,
    /// except that content still in memory gets its place on the disk. (pmem2_badblock_next)
    /// </summary>
    /// <param name="source">An open source.</param>
    /// <returns>Byte ranges from the beginning of the source.</returns>
    /// <exception cref="NotSupportedException">
    /// The medium has no list, or does not tell where a file lies: memory, file systems without a disk of their own.
    /// </exception>
    /// <exception cref="PmemIOException">The file, or an attribute of the kernel, cannot be read.</exception>
    /// <exception cref="PmemFormatException">The list is malformed, or longer than the kernel can say.</exception>
    public static IReadOnlyList<PmemBadBlock> Find(PmemSource source)
    {
        ArgumentNullException.ThrowIfNull(source);
        RequireFile(source);
        FileStatus status = DevicePlace.StatusOf(source);
        var place = DevicePlace.Of(source, in status);
        if (!status.IsRegularFile)
        {
            return InDevice(place);
        }

        IReadOnlyList<PmemBadBlock> onDisk = OnDisk(place);
        return onDisk.Count == 0 ? [] : InFile(source, onDisk, status.BlockSizeBytes);
    }

    /// <summary>
    /// Makes a range of a file usable again: <b>its content becomes zero, whether it was readable or not</b>, also for
    /// maps that exist. The blocks are given back and others allocated in their place. Persisted on return.
    /// (pmem2_badblock_clear)
    /// </summary>
    /// <param name="source">A writable file.</param>
    /// <param name="block">The range; not longer than the file in whole blocks.</param>
    /// <exception cref="ArgumentOutOfRangeException">The range is negative, empty, or reaches past the file.</exception>
    /// <exception cref="InvalidOperationException">The source was opened for reading.</exception>
    /// <exception cref="NotSupportedException">It is device DAX; use 'ndctl clear-errors'. Or it is no file.</exception>
    /// <exception cref="PmemIOException">The file system refused; the message says what is left.</exception>
    public static void Clear(PmemSource source, PmemBadBlock block)
    {
        ArgumentNullException.ThrowIfNull(source);
        RequireFile(source);
        FileStatus status = DevicePlace.StatusOf(source);
        if (!status.IsRegularFile)
        {
            throw new NotSupportedException(
                $"'{source.Path}': bad blocks of device DAX are cleared by the NVDIMM bus: use 'ndctl clear-errors'.");
        }

        CheckRange(block, in status);
        if (!source.IsWritable)
        {
            throw new InvalidOperationException(
                $"'{source.Path}' was opened for reading; open it writable to clear a range.");
        }

        ThrowIf(
            source.RequireDescriptor("clear").PunchHole(block.OffsetBytes, block.LengthBytes),
            "give back blocks of",
            source.Path,
            "Nothing was changed.");
        ThrowIf(
            source.RequireDescriptor("clear").AllocateRange(block.OffsetBytes, block.LengthBytes),
            "allocate blocks again in",
            source.Path,
            "The range reads as zero and has no blocks: a store to it may end the process. Free space, then clear it again.");
        ThrowIf(source.RequireDescriptor("clear").Sync(), "sync", source.Path, "The range is zero, but not yet for good; check the device.");
    }

    /// <summary>The list of the region, clipped to the device.</summary>
    internal static IReadOnlyList<PmemBadBlock> InDevice(DevicePlace place)
    {
        NvdimmRegion region = NvdimmRegion.Above(place)
            ?? throw NotSupported(place.Path, $"the device {place.Link} belongs to no NVDIMM region");
        IReadOnlyList<PmemBadBlock> inRegion = BadSectors.Read(place.Tree, region.Attribute("badblocks"))
            ?? throw NotSupported(place.Path, $"{region.Name} keeps no list of bad blocks");
        if (inRegion.Count == 0)
        {
            return [];
        }

        // Older kernels tell the place of the namespace only, which is above the device.
        string directory = place.Directory!;
        while (place.Tree.Resolve($"{directory}/resource") is null && place.Tree.Parent(directory) is { } parent
            && parent != region.Place)
        {
            directory = parent;
        }

        string resource = $"{directory}/resource";
        long start = Bound(place.Tree, resource) - Bound(place.Tree, region.Attribute("resource"));
        long lengthBytes = Bound(place.Tree, $"{directory}/size");
        return start >= 0
            ? Merge(inRegion.Select(b => BadSectors.Clip(b, start, lengthBytes)))
            : throw SysfsTree.Malformed(resource, 0, $"an address inside {region.Name}", "one before it");
    }

    /// <summary>The list of the disk, clipped to the partition that the file system is on.</summary>
    private static IReadOnlyList<PmemBadBlock> OnDisk(DevicePlace place)
    {
        if (place.Disk is not { } disk)
        {
            throw NotSupported(place.Path, $"it lies on no disk that sysfs knows ({place.Link})");
        }

        IReadOnlyList<PmemBadBlock> all = BadSectors.Read(place.Tree, $"{disk}/badblocks") ?? [];
        if (all.Count == 0 || !place.IsPartition)
        {
            return all;
        }

        long start = Bound(place.Tree, $"{place.Directory}/start");
        return start <= long.MaxValue / BadSectors.SectorBytes
            ? Merge(all.Select(b => BadSectors.Clip(b, start * BadSectors.SectorBytes, long.MaxValue)))
            : [];
    }

    private static List<PmemBadBlock> InFile(PmemSource source, IReadOnlyList<PmemBadBlock> onDisk, long blockBytes)
    {
        var found = new List<PmemBadBlock?>();
        var extents = new FileExtent[ExtentsAtATime];
        long next = 0;
        bool isLast = false;
        while (!isLast)
        {
            int error = source.RequireDescriptor("look for bad blocks in").GetExtents(next, extents, out int count);
            if (error is Errno.NotSupported or Errno.Invalid or Errno.NoTerminal)
            {
                throw NotSupported(source.Path, $"{source.FileSystemName()} does not tell where a file lies");
            }

            ThrowIf(error, "list the extents of", source.Path, "Check the device.");
            foreach (FileExtent extent in extents.AsSpan(0, count))
            {
                foreach (PmemBadBlock bad in extent.IsPlaced ? onDisk : [])
                {
                    if (BadSectors.Clip(bad, extent.PhysicalOffset, extent.LengthBytes) is { } inside)
                    {
                        found.Add(Outward(extent.LogicalOffset + inside.OffsetBytes, inside.LengthBytes, blockBytes));
                    }
                }
            }

            // Each round goes forward, whatever the file system says.
            long reached = count == 0 ? next : extents[count - 1].LogicalOffset + extents[count - 1].LengthBytes;
            isLast = reached <= next || extents[count - 1].IsLast;
            next = reached;
        }

        return Merge(found);
    }

    private static PmemBadBlock Outward(long offset, long lengthBytes, long blockBytes)
    {
        long first = offset - (offset % blockBytes);
        long end = offset + lengthBytes;
        long missing = (blockBytes - (end % blockBytes)) % blockBytes;
        return new PmemBadBlock(first, Math.Min(end - first, long.MaxValue - missing) + missing);
    }

    private static List<PmemBadBlock> Merge(IEnumerable<PmemBadBlock?> ranges)
    {
        var merged = new List<PmemBadBlock>();
        foreach (PmemBadBlock range in ranges.OfType<PmemBadBlock>().OrderBy(r => r.OffsetBytes))
        {
            long end = range.OffsetBytes + range.LengthBytes;
            if (merged.Count > 0 && range.OffsetBytes <= merged[^1].OffsetBytes + merged[^1].LengthBytes)
            {
                long longest = Math.Max(end - merged[^1].OffsetBytes, merged[^1].LengthBytes);
                merged[^1] = merged[^1] with { LengthBytes = longest };
            }
            else
            {
                merged.Add(range);
            }
        }

        return merged;
    }

    private static long Bound(SysfsTree tree, string path) =>
        tree.ReadNumber(path) is not { } number
            ? throw SysfsTree.Unreadable(path, Errno.NoEntry)
            : number >= 0 ? number : throw SysfsTree.Malformed(path, 0, "a number that is not negative", $"{number}");

    private static void CheckRange(PmemBadBlock block, in FileStatus status)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(block.OffsetBytes, nameof(block));
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(block.LengthBytes, nameof(block));
        long inBlocks = Outward(0, status.SizeBytes, status.BlockSizeBytes).LengthBytes;
        if (block.OffsetBytes > inBlocks || block.LengthBytes > inBlocks - block.OffsetBytes)
        {
            throw new ArgumentOutOfRangeException(
                nameof(block),
                FormattableString.Invariant(
                    $"{block.LengthBytes} bytes at 0x{block.OffsetBytes:X} reach past the file, which has {inBlocks} bytes in whole blocks."));
        }
    }

    private static void RequireFile(PmemSource source)
    {
        if (source.Kind == PmemSourceKind.Anonymous)
        {
            throw NotSupported(source.Path, "it is memory of this process");
        }
    }

    private static NotSupportedException NotSupported(string path, string reason) =>
        new($"'{path}': bad blocks are not supported by this medium: {reason}.");

    private static void ThrowIf(int error, string operation, string path, string nextStep)
    {
        if (error != Errno.None)
        {
            throw new PmemIOException(operation, path, error, nextStep);
        }
    }
}
