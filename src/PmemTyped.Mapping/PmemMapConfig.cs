namespace PmemTyped.Mapping;

/// <summary>
/// How a source is mapped. Immutable; one config may serve many maps. A value outside its range is refused with
/// <see cref="ArgumentOutOfRangeException"/> when it is set; what depends on the source is checked when it is mapped.
/// (libpmem2: pmem2_config)
/// </summary>
public sealed record PmemMapConfig
{
    private const MapProtection AllProtections = MapProtection.Read | MapProtection.Write | MapProtection.Execute;

    /// <summary>Gets the first byte of the source to map, a multiple of its alignment. Default 0.</summary>
    public long OffsetBytes
    {
        get;
        init => field = NotNegative(value, nameof(OffsetBytes));
    }

    /// <summary>Gets bytes to map, a multiple of the alignment of the source; 0, the default, means all to its end.</summary>
    public long LengthBytes
    {
        get;
        init => field = NotNegative(value, nameof(LengthBytes));
    }

    /// <summary>Gets what may be done with the memory. Default Read and Write.</summary>
    public MapProtection Protection
    {
        get;
        init => field = (value & ~AllProtections) == 0
            ? value
            : throw new ArgumentOutOfRangeException(
                nameof(Protection), value, "A protection is None or any of Read, Write and Execute.");
    }

    = MapProtection.Read | MapProtection.Write;

    /// <summary>Gets a value indicating whether stores stay in this process (copy-on-write). Default false.</summary>
    public bool IsPrivate { get; init; }

    /// <summary>Gets the coarsest granularity that is acceptable; a coarser medium is refused. Default Page.</summary>
    public StoreGranularity RequiredGranularity
    {
        get;
        init => field = value is >= StoreGranularity.Byte and <= StoreGranularity.Page
            ? value
            : throw new ArgumentOutOfRangeException(
                nameof(RequiredGranularity), value, "A granularity is Byte, CacheLine or Page.");
    }

    = StoreGranularity.Page;

    /// <summary>
    /// Gets a value indicating whether the kernel reads ahead what is touched in sequence. Default false: what it reads ahead
    /// it keeps in pieces of up to 2 MiB, and then writes a whole piece whenever a byte in it is synced. To read many bytes
    /// at the speed of the device without that, call <see cref="PmemMap.Preload"/> a little before they are touched.
    /// </summary>
    public bool ReadsAhead { get; init; }

    /// <summary>Gets the address space to map into; null, the default, for a place of the kernel's choice.</summary>
    public VmReservation? Reservation { get; init; }

    /// <summary>Gets where in the reservation the map begins, a multiple of the page size. Default 0.</summary>
    public long ReservationOffsetBytes
    {
        get;
        init => field = NotNegative(value, nameof(ReservationOffsetBytes));
    }

    private static long NotNegative(long value, string name)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(value, name);
        return value;
    }
}
