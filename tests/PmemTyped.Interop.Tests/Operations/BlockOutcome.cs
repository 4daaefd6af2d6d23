namespace PmemTyped.Interop.Tests.Operations;

/// <summary>How an operation on a block ended, in words that both sides have.</summary>
internal enum BlockOutcome
{
    /// <summary>It was done; after a read the content is there.</summary>
    Done = 1,

    /// <summary>The block does not exist: EINVAL of the reference.</summary>
    OutOfRange = 2,

    /// <summary>The block is marked bad: EIO of the reference.</summary>
    Bad = 3,
}
