using PmemTyped.Mapping;
using PmemTyped.Mapping.Devices;

namespace PmemTyped.Sets;

/// <summary>One event of a set. What its kind does not speak of is 0 or null. (struct pmemset_event_context)</summary>
public readonly struct PmemSetEvent
{
    /// <summary>Gets what happens.</summary>
    public PmemSetEventKind Kind { get; init; }

    /// <summary>Gets the first address concerned.</summary>
    public long Address { get; init; }

    /// <summary>Gets the number of bytes concerned.</summary>
    public long LengthBytes { get; init; }

    /// <summary>Gets the first address that a move reads from.</summary>
    public long SourceAddress { get; init; }

    /// <summary>Gets the options of a copy, move or fill.</summary>
    public StoreOptions Options { get; init; }

    /// <summary>Gets the value of a fill.</summary>
    public byte Value { get; init; }

    /// <summary>Gets the source concerned; for a part made of several, that of its newest or first piece.</summary>
    public PmemSetSource? Source { get; init; }

    /// <summary>Gets the shutdown state to store.</summary>
    public PartShutdownState? ShutdownState { get; init; }

    /// <summary>Gets the bad block.</summary>
    public PmemBadBlock BadBlock { get; init; }
}
