namespace PmemTyped;

/// <summary>The base of every exception that PmemTyped raises for a reason outside the calling code.</summary>
public abstract class PmemException : Exception
{
    private protected PmemException(string message, Exception? inner = null)
        : base(message, inner)
    {
    }
}
