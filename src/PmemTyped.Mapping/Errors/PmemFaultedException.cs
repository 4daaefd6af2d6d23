namespace PmemTyped;

/// <summary>
/// A flush failed, now or earlier, so what is durable is unknown. Every later call on the map throws this too;
/// dispose it and open the file again to continue from what the medium really holds.
/// </summary>
public sealed class PmemFaultedException : PmemException
{
    /// <summary>Initializes a new instance of the <see cref="PmemFaultedException"/> class.</summary>
    /// <param name="path">The mapped file.</param>
    /// <param name="cause">The failed flush.</param>
    public PmemFaultedException(string path, Exception? cause)
        : base(
            $"'{path}' can no longer be trusted to be durable, because a flush failed. "
            + "Dispose it and open it again.",
            cause) => Path = path;

    /// <summary>Gets the mapped file.</summary>
    public string Path { get; }
}
