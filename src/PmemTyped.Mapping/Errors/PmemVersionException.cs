namespace PmemTyped;

/// <summary>A required version of the library is not offered. Nothing was attempted.</summary>
public sealed class PmemVersionException : PmemException
{
    internal PmemVersionException(string message, string family, Version required, Version offered)
        : base(message)
    {
        Family = family;
        Required = required;
        Offered = offered;
    }

    /// <summary>Gets the name of the family of functions.</summary>
    public string Family { get; }

    /// <summary>Gets the version that was required.</summary>
    public Version Required { get; }

    /// <summary>Gets the version that is offered; 0.0 when the family is not there yet.</summary>
    public Version Offered { get; }
}
