using System.Runtime.InteropServices;
using PmemTyped.Native;

namespace PmemTyped.Mapping;

/// <content>The ways to a map: of a source, of a file in one call, of memory that is there already.</content>
public sealed partial class PmemMap
{
    /// <summary>
    /// Maps a source, at an address that is a multiple of 2 MiB, of 1 GiB from 2 GiB on. Nothing is changed by a refusal.
    /// (pmem2_map_new)
    /// </summary>
    /// <param name="source">The open file, or anonymous memory.</param>
    /// <param name="config">How; null for the whole source, writable and shared.</param>
    /// <exception cref="ArgumentException">Offset or length, or the place in a reservation, is not aligned.</exception>
    /// <exception cref="ArgumentOutOfRangeException">Offset and length exceed the source or the reservation, or it is empty.</exception>
    /// <exception cref="InvalidOperationException">Another map is at that place of the reservation.</exception>
    /// <exception cref="PmemIOException">The kernel refused: permissions, address space.</exception>
    /// <exception cref="NotSupportedException">The medium is coarser than required, or a dax device was to be private.</exception>
    public static PmemMap Map(PmemSource source, PmemMapConfig? config = null)
    {
        MapPlan plan = MapPlan.Of(source, config ?? new PmemMapConfig());
        if (plan.Config.Reservation is { } reservation)
        {
            return reservation.Map(plan);
        }

        SafeMapHandle? handle = SafeMapHandle.Map(plan.Request, out int syncError, out int error);
        return plan.Complete(handle, syncError, error);
    }

    /// <summary>
    /// Opens or creates a file and maps all of it, shared and writable, in one call. When anything fails, a new file is
    /// removed again and an existing one has its former size, content and mode.
    /// (pmem_map_file; mapping specification, section 2)
    /// </summary>
    /// <param name="path">Path of the file; of a directory for a temporary file.</param>
    /// <param name="lengthBytes">With Create: size in bytes, greater than zero; otherwise 0. A device: its size, or 0.</param>
    /// <param name="options">What may be done.</param>
    /// <param name="mode">Permission bits of a new file, less the umask. Default: owner reads and writes.</param>
    /// <param name="platform">Null for that of this process.</param>
    /// <exception cref="ArgumentException">
    /// The options contradict each other, or the length does not go with them or with the size of an existing file.
    /// </exception>
    /// <exception cref="PmemIOException">The system refused; the error number is the one that libpmem gives.</exception>
    /// <exception cref="PmemFormatException">It is a dax device whose attributes make no sense.</exception>
    public static PmemMap MapFile(
        string path,
        long lengthBytes = 0,
        PmemFileOptions options = PmemFileOptions.None,
        UnixFileMode mode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        PmemPlatform? platform = null) => ClassicFile.Map(path, lengthBytes, options, mode, platform);

    /// <inheritdoc cref="MapFile(string, long, PmemFileOptions, UnixFileMode, PmemPlatform?)"/>
    public static PmemMap MapFile(
        ReadOnlySpan<byte> path,
        long lengthBytes = 0,
        PmemFileOptions options = PmemFileOptions.None,
        UnixFileMode mode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        PmemPlatform? platform = null) => ClassicFile.Map(new FilePath(path), lengthBytes, options, mode, platform);

    /// <summary>
    /// Treats memory of another owner as a map. It is never unmapped here; its owner keeps it until this map, its slices
    /// and leases are gone. On Page granularity a persist is an msync. (pmem2_map_from_existing)
    /// </summary>
    /// <param name="memory">The memory, not empty, at an address that is a multiple of 64.</param>
    /// <param name="granularity">What must be done to persist a byte of it; nothing verifies this.</param>
    /// <param name="protection">What may be done with it; nothing verifies this either.</param>
    /// <exception cref="ArgumentException">The memory is empty or not aligned.</exception>
    /// <exception cref="ArgumentOutOfRangeException">Granularity or protection is none of the named values.</exception>
    /// <exception cref="InvalidOperationException">It overlaps a map of this process.</exception>
    /// <exception cref="NotSupportedException">Cache lines cannot be flushed on this machine.</exception>
    /// <exception cref="ObjectDisposedException">The owner was disposed.</exception>
    public static PmemMap FromExisting(
        SafeBuffer memory,
        StoreGranularity granularity,
        MapProtection protection = MapProtection.Read | MapProtection.Write)
    {
        // A config knows which values are valid.
        PmemMapConfig config = new() { RequiredGranularity = granularity, Protection = protection };
        MediumDurability durability = MapGranularity.OfExisting(granularity);
        if (memory.ByteLength is 0 or > long.MaxValue)
        {
            throw new ArgumentException("Memory of 0 bytes is no map. Give at least one.", nameof(memory));
        }

        if (granularity == StoreGranularity.CacheLine && PersistInstructions.Flush == FlushInstruction.None)
        {
            throw new NotSupportedException(
                $"CacheLine granularity cannot be used here, because {PersistInstructions.UnavailableBecause}. Use Page.");
        }

        SafeMapHandle handle = SafeMapHandle.OfExisting(memory)
            ?? throw new InvalidOperationException(FormattableString.Invariant(
                $"Memory of {memory.ByteLength} bytes overlaps a map of this process. Use that map, or a slice of it."));
        if (handle.Address % PersistInstructions.LineBytes != 0)
        {
            handle.Dispose();
            throw new ArgumentException(
                FormattableString.Invariant(
                    $"Memory at 0x{handle.Address:X} does not begin at a multiple of {PersistInstructions.LineBytes}. Align it."),
                nameof(memory));
        }

        bool isPersistent = granularity != StoreGranularity.Page;
        var map = new PmemMap(handle, durability.FileSystem, PmemSourceKind.RegularFile, config.Protection, durability)
        {
            IsPersistentMemory = isPersistent,
        };
        handle.Publish(map, isPersistent);
        return map;
    }
}
