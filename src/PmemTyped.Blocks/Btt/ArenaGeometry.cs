using PmemTyped.Blocks.Layout;

namespace PmemTyped.Blocks.Btt;

/// <summary>
/// Where the structures of one arena are. Offsets are in bytes from the start of the pool; an lba is relative to the
/// arena, before translation; a block is an internal block, after translation.
/// </summary>
/// <param name="Index">Position among the arenas.</param>
/// <param name="Start">Where the arena, that is its info block, starts.</param>
/// <param name="BlockBytes">Bytes that a user sees in a block.</param>
/// <param name="Lbas">Blocks that a user sees.</param>
/// <param name="InternalBlockBytes">Bytes that a block occupies.</param>
/// <param name="InternalBlocks">Blocks that exist.</param>
/// <param name="Lanes">Free blocks, one for each flog slot.</param>
/// <param name="Data">Where block 0 starts.</param>
/// <param name="Map">Where the map starts.</param>
/// <param name="Flog">Where the flog starts.</param>
/// <param name="InfoCopy">Where the copy of the info block starts.</param>
/// <param name="NextDistance">Distance to the next arena, 0 for the last one.</param>
internal sealed record ArenaGeometry(
    int Index,
    long Start,
    int BlockBytes,
    uint Lbas,
    uint InternalBlockBytes,
    uint InternalBlocks,
    int Lanes,
    long Data,
    long Map,
    long Flog,
    long InfoCopy,
    long NextDistance)
{
    internal long MapBytes => BttGeometry.RoundUpToPage((long)Lbas * BttMapEntry.SizeBytes);

    internal long FlogBytes => (long)Lanes * BttFlogLayout.SlotBytes;

    internal long BlockOffset(uint block) => Data + ((long)block * InternalBlockBytes);

    internal long MapEntryOffset(uint lba) => Map + ((long)lba * BttMapEntry.SizeBytes);

    internal long FlogEntryOffset(int lane, int half) =>
        Flog + ((long)lane * BttFlogLayout.SlotBytes) + (half * BttFlogLayout.SizeBytes);

    /// <summary>The info block that describes this arena.</summary>
    internal BttInfoLayout ToInfo(Guid uuid, Guid parent, uint flags)
    {
        var info = new BttInfoLayout
        {
            SignatureLow = BttInfoLayout.SignatureLowValue,
            SignatureHigh = BttInfoLayout.SignatureHighValue,
            Uuid = uuid,
            ParentUuid = parent,
            Flags = flags,
            Major = BttInfoLayout.MajorValue,
            Minor = BttInfoLayout.MinorValue,
            ExternalBlockBytes = (uint)BlockBytes,
            ExternalBlocks = Lbas,
            InternalBlockBytes = InternalBlockBytes,
            InternalBlocks = InternalBlocks,
            FreeBlocks = (uint)Lanes,
            InfoBytes = BttInfoLayout.SizeBytes,
            NextOffset = NextDistance,
            DataOffset = Data - Start,
            MapOffset = Map - Start,
            FlogOffset = Flog - Start,
            InfoOffset = InfoCopy - Start,
        };
        info.Checksum = BttInfoLayout.ComputeChecksum(in info);
        return info;
    }
}
