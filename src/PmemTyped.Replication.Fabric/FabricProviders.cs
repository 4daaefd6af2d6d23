using PmemTyped.Native.Fabric;

namespace PmemTyped.Replication.Fabric;

/// <summary>Which provider is used, and what is said when none can be.</summary>
internal static class FabricProviders
{
    internal const int NoProviderError = 61;

    // With 1.17 a test process ended in a double free, for a reason that was not found.
    private const string Unsound = "sockets";

    // Remote memory access where there is hardware for it.
    private static readonly string[] s_default = ["verbs", "tcp"];

    internal static IReadOnlyList<string> ToTry(string? provider)
    {
        if (provider is not null)
        {
            ArgumentException.ThrowIfNullOrWhiteSpace(provider);
            if (provider == Unsound)
            {
                throw new ArgumentException(
                    $"The provider '{provider}' is superseded by 'tcp', and a process that used it ended in a double free. Use 'tcp'.",
                    nameof(provider));
            }
        }

        return provider is null ? s_default : [provider];
    }

    /// <param name="fileName">Another name only in tests.</param>
    /// <exception cref="IOException">It cannot be loaded.</exception>
    internal static FabricLibrary Load(string fileName = FabricLibrary.FileName) =>
        FabricLibrary.TryLoad(fileName, out string? refusal) ?? throw new IOException(
            $"{fileName} cannot be loaded, which transports over a fabric need: {refusal} "
            + "Install it (Debian: the package libfabric1), or use another transport.");

    /// <summary>Whether the next provider may be tried.</summary>
    internal static bool IsMissing(int error) => error == NoProviderError;
}
