namespace PmemTyped.Blocks;

/// <summary>State of one block; the values are those of the two upper bits of its map entry.</summary>
public enum BlockState
{
    /// <summary>Never written; reads as zeros.</summary>
    Initial = 0,

    /// <summary>Marked bad; reading it is an error until it is written again.</summary>
    Error = 1,

    /// <summary>Set to zero; reads as zeros.</summary>
    Zero = 2,

    /// <summary>Holds data.</summary>
    Normal = 3,
}
