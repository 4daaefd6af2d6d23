namespace PmemTyped;

/// <summary>What was found where a record was looked for.</summary>
public enum BlockRecordStatus
{
    /// <summary>A sound record of the expected layout.</summary>
    Ok = 0,

    /// <summary>Nothing was ever written here: the block is in its initial state, or all zero bytes.</summary>
    Empty = 1,

    /// <summary>The block was deleted: it is in the zero state.</summary>
    Zeroed = 2,

    /// <summary>There are bytes, but no record header.</summary>
    NotARecord = 3,

    /// <summary>A record of another layout or version.</summary>
    OtherLayout = 4,

    /// <summary>The header promises more bytes than the block has.</summary>
    Truncated = 5,

    /// <summary>The checksum is wrong: the medium was damaged.</summary>
    Corrupt = 6,

    /// <summary>The block is marked bad in the pool; it has no content until it is written again.</summary>
    MarkedBad = 7,
}
