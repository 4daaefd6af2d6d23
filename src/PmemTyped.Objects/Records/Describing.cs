using PmemTyped.Blocks;

namespace PmemTyped.Objects.Records;

/// <summary>
/// Replaces the description of a pool. There are two places for it; the new one goes where the old one is not, and counts
/// from its last store on because its sequence is ahead. Then the old one is taken back (Design 0019).
/// </summary>
internal static class Describing
{
    internal static LayoutDescription? Read<TBlocks>(TBlocks blocks)
        where TBlocks : struct, IRecordBlocks => LayoutDescription.Read(Area(blocks), blocks.Path);

    /// <summary>Replaces a description that leaves room for another one. Persisted on return; after a crash before that, old or new.</summary>
    internal static void Replace<TBlocks>(TBlocks blocks, LayoutDescription old, LayoutDescription replacement)
        where TBlocks : struct, IRecordBlocks
    {
        int place = old.Place == 0 ? LayoutDescription.SecondPlace : 0;
        if (BitConverter.ToUInt64(Area(blocks).AsSpan(place)) != 0)
        {
            // A crash came between the two steps below.
            blocks.RetractApplicationArea(place);
        }

        LayoutDescription ahead = replacement with
        {
            SlotBytes = old.SlotBytes,
            Sequence = unchecked((ushort)(old.Sequence + 1)),
        };
        blocks.InitializeApplicationArea(ahead.ToBytes(), place);
        blocks.RetractApplicationArea(old.Place);
    }

    private static byte[] Area<TBlocks>(TBlocks blocks)
        where TBlocks : struct, IRecordBlocks
    {
        byte[] area = new byte[BlockPool.ApplicationAreaBytes];
        blocks.ReadApplicationArea(area);
        return area;
    }
}
