namespace PmemTyped;

/// <summary>
/// There is no room: in the region for another object, in the log of a transaction for another entry. Nothing was changed,
/// and a transaction that meets it goes on; usually it is disposed, which undoes it.
/// </summary>
public sealed class PmemCapacityException : PmemException
{
    /// <summary>Initializes a new instance of the <see cref="PmemCapacityException"/> class.</summary>
    /// <param name="path">The region.</param>
    /// <param name="needed">What there is no room for.</param>
    /// <param name="limit">What the limit is, a clause.</param>
    /// <param name="nextStep">What the reader can do, one sentence.</param>
    public PmemCapacityException(string path, string needed, string limit, string nextStep)
        : base($"'{path}' has no room for {needed}: {limit}. {nextStep}") => Path = path;

    /// <summary>Gets the region.</summary>
    public string Path { get; }
}
