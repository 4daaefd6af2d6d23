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

    /// <summary>
    /// Only while a pool grows: the layout is being exchanged. No feature of PMDK, so that its libraries refuse such a pool;
    /// see <see cref="PoolMark"/>.
    /// </summary>
    Growing = 0x8000_0000,

    /// <summary>
    /// Only while the parts of a set are exchanged for those of a transformed one. No feature of PMDK either; see
    /// <see cref="PoolMark"/>.
    /// </summary>
    Transforming = 0x4000_0000,

    /// <summary>Every bit that a pool may have when nobody has it open.</summary>
    Known = SingleHeader | Checksum2K | ShutdownState,
}
