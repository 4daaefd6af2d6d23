using PmemTyped.Blocks.Layout;

namespace PmemTyped.Blocks.Btt;

/// <summary>One block of a group.</summary>
internal struct WriteGroupEntry
{
    internal BttArena Arena;
    internal uint Index;

    /// <summary>Where the map entry of the block is.</summary>
    internal long MapOffset;

    /// <summary>Where the flog entry is that is written next.</summary>
    internal long FlogOffset;

    /// <summary>The map entry before, once the map is locked.</summary>
    internal BttMapEntry Replaced;

    /// <summary>Whether the content is in the free block of the slot.</summary>
    internal bool HasContent;

    /// <summary>Why the block was not written, or null.</summary>
    internal Exception? Failure;
}
