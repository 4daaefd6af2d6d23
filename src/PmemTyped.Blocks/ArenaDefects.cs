namespace PmemTyped.Blocks;

/// <summary>
/// Which owners of an arena's internal blocks are wrong, collected for a repair. An arena has as many owners, map
/// entries and lanes, as internal blocks, so there are as many blocks without owner as owners that are wrong.
/// </summary>
internal sealed class ArenaDefects
{
    /// <summary>More wrong owners than these are not collected: such an arena is beyond repair.</summary>
    internal const int MaxOwners = 1 << 16;

    /// <summary>Gets map entries that name no block of the arena, or one with an earlier owner.</summary>
    internal List<uint> MapEntries { get; } = [];

    /// <summary>Gets flog slots without a usable free block of their own.</summary>
    internal List<int> FlogSlots { get; } = [];

    /// <summary>Gets map entries that the next open replaces, completing a write; what they name now is not theirs then.</summary>
    internal HashSet<uint> Completed { get; } = [];

    /// <summary>Gets internal blocks that several owners name.</summary>
    internal HashSet<uint> SharedBlocks { get; } = [];

    /// <summary>Gets internal blocks that nobody names.</summary>
    internal List<uint> LostBlocks { get; } = [];

    /// <summary>Gets a value indicating whether there are more than were collected.</summary>
    internal bool IsOverflowing { get; private set; }

    internal void AddMapEntry(uint lba) => Add(MapEntries, lba);

    internal void AddFlogSlot(int lane) => Add(FlogSlots, lane);

    internal void AddLost(uint block) => Add(LostBlocks, block);

    internal void AddShared(uint block)
    {
        if (SharedBlocks.Count < MaxOwners)
        {
            SharedBlocks.Add(block);
        }
    }

    private void Add<T>(List<T> list, T item)
    {
        if (list.Count < MaxOwners)
        {
            list.Add(item);
        }
        else
        {
            IsOverflowing = true;
        }
    }
}
