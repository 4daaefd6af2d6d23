using PmemTyped.Mapping;

namespace PmemTyped.Sets;

/// <summary>What a set is made with. Immutable; one config may serve many sets. (struct pmemset_config; sets specification, section 4)</summary>
public sealed record PmemSetConfig
{
    private const PartStates AllStates = PartStates.Indeterminate | PartStates.Ok | PartStates.OkButAlreadyOpen
        | PartStates.OkButInterrupted | PartStates.Corrupted;

    /// <summary>Gets the coarsest granularity that parts may have. There is no default: a set without one is refused.</summary>
    /// <exception cref="PmemSetException">GRANULARITY_NOT_SUPPORTED: it is none of the named values.</exception>
    public StoreGranularity? RequiredGranularity
    {
        get;
        init => field = value is null or (>= StoreGranularity.Byte and <= StoreGranularity.Page)
            ? value
            : throw new PmemSetException(
                PmemSetError.GranularityNotSupported,
                FormattableString.Invariant($"A set cannot require granularity {(int)value}. Use Byte, CacheLine or Page."));
    }

    /// <summary>Gets the states that a part with a shutdown state may have. Default Ok and OkButAlreadyOpen.</summary>
    /// <exception cref="PmemSetException">INVALID_PART_STATES: it has an unknown bit.</exception>
    public PartStates AcceptableStates
    {
        get;
        init => field = (value & ~AllStates) == 0
            ? value
            : throw new PmemSetException(
                PmemSetError.InvalidPartStates,
                FormattableString.Invariant($"0x{(int)value:X} has bits that are no part state; the known ones are 0x{(int)AllStates:X}."));
    }

    = PartStates.Ok | PartStates.OkButAlreadyOpen;

    /// <summary>Gets the address space that all parts are mapped into; null, the default, for places of the kernel's choice.</summary>
    public VmReservation? Reservation { get; init; }

    /// <summary>Gets what is told of events, or null.</summary>
    public PmemSetEventHandler? EventHandler { get; init; }

    /// <summary>Gets what is told of ranges that became durable, or null. Costs nothing where it is null.</summary>
    public IPersistObserver? PersistObserver { get; init; }
}
