namespace PmemTyped;

/// <summary>PmemTyped itself is wrong, and continuing would destroy data. Please report it.</summary>
public sealed class PmemInvariantException : PmemException
{
    /// <summary>Initializes a new instance of the <see cref="PmemInvariantException"/> class.</summary>
    /// <param name="message">Which invariant does not hold, with the numbers.</param>
    public PmemInvariantException(string message)
        : base(message)
    {
    }
}
