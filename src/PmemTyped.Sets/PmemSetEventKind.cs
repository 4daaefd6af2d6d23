using System.Diagnostics.CodeAnalysis;

namespace PmemTyped.Sets;

/// <summary>What happens to a set; numbers and order are those of libpmemset. (PMEMSET_EVENT_*; sets specification, section 11)</summary>
[SuppressMessage("Design", "CA1027", Justification = "Numbers, not bits: the reference raises no event 5, so none is offered.")]
public enum PmemSetEventKind
{
    /// <summary>Bytes are about to be copied to an address; the old ones are still there.</summary>
    Copy = 0,

    /// <summary>Bytes are about to be moved inside the set; the old ones are still there.</summary>
    Move = 1,

    /// <summary>One value is about to be stored into a range; the old bytes are still there.</summary>
    Set = 2,

    /// <summary>A range is about to be flushed, also as the first half of a persist.</summary>
    Flush = 3,

    /// <summary>Everything that this thread flushed before is durable.</summary>
    Drain = 4,

    /// <summary>Parts in a range are about to be removed.</summary>
    RemoveRange = 6,

    /// <summary>A part was added, or became longer; it can be used.</summary>
    PartAdd = 7,

    /// <summary>A whole part is about to be unmapped.</summary>
    PartRemove = 8,

    /// <summary>The shutdown state of a source changed and should be stored.</summary>
    SdsUpdate = 9,

    /// <summary>A source that is about to be mapped has a bad block; the callback may clear it.</summary>
    BadBlock = 10,

    /// <summary>All bad blocks of a source were cleared; a result that is not 0 refuses the map with that number.</summary>
    BadBlocksCleared = 11,
}
