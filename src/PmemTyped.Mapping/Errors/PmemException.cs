namespace PmemTyped;

/// <summary>The base of every exception that PmemTyped raises for a reason outside the calling code.</summary>
public abstract class PmemException : Exception
{
    /// <summary>Initializes a new instance of the <see cref="PmemException"/> class.</summary>
    /// <param name="message">What was attempted, on what, what was found, what to do next.</param>
    /// <param name="inner">The cause, if another exception is.</param>
    protected PmemException(string message, Exception? inner = null)
        : base(message, inner)
    {
    }
}
