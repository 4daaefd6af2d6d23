namespace PmemTyped.Sets;

/// <summary>
/// Why a call on a set failed; the numbers are those of libpmemset, and -200034 is not in use there either. Conditions:
/// sets specification, section 3.
/// </summary>
public enum PmemSetError
{
    /// <summary>The operating system refused; the code is the negative error number.</summary>
    SystemError = 0,

    /// <summary>Never raised.</summary>
    Unknown = -200000,

    /// <summary>Bad blocks cannot be cleared on this source.</summary>
    Nosupp = -200001,

    /// <summary>The source is null, memory without a file, or nothing that can be mapped.</summary>
    InvalidPmem2Source = -200002,

    /// <summary>The path is null, empty or leads nowhere.</summary>
    InvalidSourcePath = -200003,

    /// <summary>A map was asked for without a source.</summary>
    InvalidSourceType = -200004,

    /// <summary>Never raised: memory of the runtime that runs out is an exception of the runtime.</summary>
    CannotAllocateInternalStructure = -200005,

    /// <summary>The offset of a part of the older interface is negative.</summary>
    InvalidOffsetValue = -200006,

    /// <summary>The required granularity is none of the named values.</summary>
    GranularityNotSupported = -200007,

    /// <summary>The mapping itself was refused; the inner exception says why.</summary>
    InvalidPmem2Map = -200008,

    /// <summary>A part lies at the address already. After a refused coalescing it is the inner exception.</summary>
    PartExists = -200009,

    /// <summary>The config of the set requires no granularity.</summary>
    GranularityNotSet = -200010,

    /// <summary>The map has another granularity than the first one of the set.</summary>
    GranularityMismatch = -200011,

    /// <summary>The set has no granularity before its first map.</summary>
    NoPartMapped = -200012,

    /// <summary>No part lies at the address.</summary>
    CannotFindPartMap = -200013,

    /// <summary>Full coalescing was asked for, and the place after the previous part is taken.</summary>
    CannotCoalesceParts = -200014,

    /// <summary>The length is not a multiple of the page size.</summary>
    LengthUnaligned = -200015,

    /// <summary>The part is not in this set.</summary>
    PartNotFound = -200016,

    /// <summary>The coalescing mode is none of the named values.</summary>
    InvalidCoalescingValue = -200017,

    /// <summary>The deep flush of one of the underlying maps failed.</summary>
    DeepFlushFail = -200018,

    /// <summary>An option or a mode bit is unknown.</summary>
    InvalidSourceFileCreateFlags = -200019,

    /// <summary>No file can be created in the directory.</summary>
    CannotCreateTempFile = -200020,

    /// <summary>Growing the file failed; it has its former size. In the older interface CANNOT_TRUNCATE_SOURCE_FILE.</summary>
    CannotGrowSourceFile = -200021,

    /// <summary>Somebody else holds the part.</summary>
    PartMapPossibleUseAfterDrop = -200022,

    /// <summary>The reservation has no free gap of that length.</summary>
    CannotFitPartMap = -200023,

    /// <summary>An offset is negative.</summary>
    OffsetOutOfRange = -200024,

    /// <summary>The acceptable states have an unknown bit.</summary>
    InvalidPartStates = -200025,

    /// <summary>The state of the part is not one of the acceptable ones.</summary>
    UndesirablePartState = -200026,

    /// <summary>The source has a shutdown state already.</summary>
    SdsAlreadySet = -200027,

    /// <summary>The device of the source has no identifier or no shutdown counter.</summary>
    SdsNosupp = -200028,

    /// <summary>The identifier of the device is longer than 512 characters.</summary>
    SdsDeviceIdLenTooBig = -200029,

    /// <summary>No length was given, and the source has no bytes from the offset on.</summary>
    MapLengthUnset = -200030,

    /// <summary>The source ends before the part, and must not grow.</summary>
    SourceFileIsTooSmall = -200031,

    /// <summary>The medium failed: bad blocks remain, or bytes cannot be read or written.</summary>
    IoFail = -200032,

    /// <summary>A length is negative, or reaches past the source.</summary>
    LengthOutOfRange = -200033,

    /// <summary>Never raised: a source whose alignment is unknown is refused when it is opened.</summary>
    InvalidAlignmentValue = -200035,

    /// <summary>Bad blocks of a device cannot be listed: it belongs to no region.</summary>
    DaxRegionNotFound = -200036,

    /// <summary>Bad blocks of a device cannot be listed: its bounds cannot be read.</summary>
    CannotReadBounds = -200037,

    /// <summary>Bad blocks of the source cannot be listed.</summary>
    BadblockNosupp = -200038,
}
