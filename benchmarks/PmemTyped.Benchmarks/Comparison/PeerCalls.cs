namespace PmemTyped.Benchmarks.Comparison;

/// <summary>Results of the peer's functions.</summary>
internal static class PeerCalls
{
    /// <summary>A failed call would be a fast one: it must not be measured.</summary>
    internal static void Require(int returned)
    {
        if (returned != 0)
        {
            throw new IOException("A call of the peer failed.");
        }
    }
}
