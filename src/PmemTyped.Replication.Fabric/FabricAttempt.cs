using PmemTyped.Native.Fabric;

namespace PmemTyped.Replication.Fabric;

/// <summary>Something that is tried with a provider, to say what failed, why, and what to do next.</summary>
/// <param name="Library">The library.</param>
/// <param name="What">What is attempted, on what.</param>
/// <param name="Provider">The provider.</param>
internal readonly record struct FabricAttempt(FabricLibrary Library, string What, string Provider)
{
    private const int TooOldError = 38;

    /// <exception cref="IOException">The error is not 0.</exception>
    internal void Require(int error)
    {
        if (error != 0)
        {
            throw Failure(error);
        }
    }

    internal IOException Failure(int error)
    {
        string next = error switch
        {
            FabricProviders.NoProviderError =>
                "The provider is not there, or does not reach the address; 'fi_info -t FI_EP_MSG' (Debian: libfabric-bin) lists what there is.",
            TooOldError => "The library is older than 1.17, or the provider lacks the call; install a newer one.",
            _ => "See that both sides name the same provider, and that the target listens.",
        };
        return new IOException(FormattableString.Invariant(
            $"{What} by provider '{Provider}' of libfabric failed: {Library.Explain(error)} ({error}). {next}"));
    }
}
