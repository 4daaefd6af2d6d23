namespace PmemTyped.Sets;

/// <summary>The incompat feature word of a part header: unknown bits forbid opening (block pool format, section 3.1).</summary>
[Flags]
public enum PoolFeatures : uint
{
    /// <summary>No feature: pools of PMDK before 1.4.</summary>
    None = 0,

    /// <summary>SINGLEHDR: only the first part of a set has a header.</summary>
    SingleHeader = 1,

    /// <summary>CKSUM_2K: the header checksum covers only the first 2048 bytes.</summary>
    Checksum2K = 2,

    /// <summary>SDS: the shutdown state is in use.</summary>
    ShutdownState = 4,

    /// <summary>What PMDK 1.12 writes into a new pool.</summary>
    Default = Checksum2K | ShutdownState,

    /// <summary>Every bit that is known here.</summary>
    Known = SingleHeader | Checksum2K | ShutdownState,
}
