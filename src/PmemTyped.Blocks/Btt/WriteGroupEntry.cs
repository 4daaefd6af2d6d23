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

    /// <summary>Arena and number of the lock of the map entry. Locks are taken in this order.</summary>
    internal long Lock;

    /// <summary>What is stored into the second half of the flog entry.</summary>
    internal ulong Activation;

    /// <summary>The map entry after.</summary>
    internal BttMapEntry Written;

    /// <summary>The map entry before, once the map is locked.</summary>
    internal BttMapEntry Replaced;

    /// <summary>Whether the content is in the free block of the slot.</summary>
    internal bool HasContent;

    /// <summary>Why the block was not written, or null.</summary>
    internal Exception? Failure;
}
