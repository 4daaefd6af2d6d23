using PmemTyped.Blocks.Btt;
using PmemTyped.Blocks.Layout;
using PmemTyped.Mapping;
using PmemTyped.Sets;
using PmemTyped.Sets.Layout;

namespace PmemTyped.Blocks;

/// <summary>Reads the facts of a pool without opening it.</summary>
internal static class BlockPoolDescriber<TMedium>
    where TMedium : struct, IPmemMedium
{
    internal static BlockPoolDescription Describe(TMedium medium, string path, bool isSet = false)
    {
        PartHeaderLayout header = BlockPoolCore<TMedium>.LoadHeader(medium);
        PartHeader.Examine(in header, BlockPoolCore<TMedium>.Signature, isSet)?.Throw(path);
        BttIdentity identity = BlockPoolCore<TMedium>.ReadIdentity(medium, path, in header);
        BttLayout? layout = BttLayoutReader<TMedium>.Read(
            medium, identity.Pool, identity.BlockBytes, identity.IsZeroed, out PoolFinding? finding);
        if (layout is null)
        {
            finding!.Throw(path);
        }

        byte[] application = new byte[BlockDescriptorLayout.ApplicationAreaBytes];
        medium.Load(BlockDescriptorLayout.FileOffset + BlockDescriptorLayout.ApplicationAreaOffset, application);
        return new BlockPoolDescription(
            path,
            medium.LengthBytes,
            identity.BlockBytes,
            layout.Blocks,
            identity.IsZeroed,
            layout.IsWritten,
            header.ShutdownState.Dirty != 0,
            header.PoolSetUuid,
            header.PartUuid,
            FromUnixSeconds(header.CreationTimeSeconds),
            header.Compat,
            header.Incompat,
            header.ReadOnlyCompat,
            application,
            [.. layout.Arenas.Select(Describe)]);
    }

    private static ArenaDescription Describe(ArenaGeometry arena) => new(
        arena.Start,
        arena.Lbas,
        arena.InternalBlockBytes,
        arena.InternalBlocks,
        arena.Lanes,
        arena.Data,
        arena.Map,
        arena.Flog,
        arena.InfoCopy);

    // The field is not validated by anyone, so it may hold a number that is no time.
    private static DateTimeOffset FromUnixSeconds(long seconds) =>
        DateTimeOffset.FromUnixTimeSeconds(Math.Clamp(
            seconds,
            DateTimeOffset.MinValue.ToUnixTimeSeconds(),
            DateTimeOffset.MaxValue.ToUnixTimeSeconds()));
}
