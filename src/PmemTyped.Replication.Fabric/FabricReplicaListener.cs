using System.Diagnostics.CodeAnalysis;
using System.Net;
using PmemTyped.Native.Fabric;

namespace PmemTyped.Replication.Fabric;

/// <summary>Takes requests to connect; who does not greet as an initiator of ours is refused before anything is made for it.</summary>
internal sealed class FabricReplicaListener : IReplicaListener
{
    private const int PauseMs = 50;
    private readonly FabricListener _listener;
    private readonly FabricAttempt _accepting;

    private FabricReplicaListener(FabricLibrary library, FabricListener listener, IPEndPoint at, string provider)
    {
        _listener = listener;
        Name = $"fabric:{listener.LocalEndPoint ?? at}";
        _accepting = new FabricAttempt(library, $"Accepting a connection at {Name}", provider);
    }

    public string Name { get; }

    [SuppressMessage("Reliability", "CA2000", Justification = "The listener that is returned disposes it.")]
    internal static FabricReplicaListener Open(FabricLibrary library, IPEndPoint at, IReadOnlyList<string> providers)
    {
        IOException? last = null;
        foreach (string provider in providers)
        {
            FabricListener? listener = library.TryListen(provider, at.Address.ToString(), at.Port, out int error);
            if (listener is not null)
            {
                return new FabricReplicaListener(library, listener, at, provider);
            }

            last = new FabricAttempt(library, $"Listening at {at}", provider).Failure(error);
            if (!FabricProviders.IsMissing(error))
            {
                break;
            }
        }

        throw last!;
    }

    public ReplicaConnection? Accept(int waitMs)
    {
        Span<byte> data = stackalloc byte[FabricGreeting.SizeBytes];
        try
        {
            FabricRequest? request = _listener.Wait(waitMs, data, out int lengthBytes, out int error);
            if (request is null)
            {
                if (error != 0)
                {
                    // The peer left before it was accepted, or a want of memory: then the next try waits.
                    Thread.Sleep(Math.Min(waitMs, PauseMs));
                }

                return null;
            }

            if (FabricGreeting.Read(data[..lengthBytes]) is { } greeting)
            {
                return new FabricConnection(request, greeting, _accepting);
            }

            request.Dispose();
        }
        catch (ObjectDisposedException)
        {
            // Closed meanwhile.
        }

        return null;
    }

    public void Dispose() => _listener.Dispose();
}
