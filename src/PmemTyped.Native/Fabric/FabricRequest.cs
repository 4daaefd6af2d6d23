using System.Runtime.InteropServices;

namespace PmemTyped.Native.Fabric;

/// <summary>
/// Somebody who wants to connect. It keeps the listener open until it is disposed, which refuses it unless an endpoint was made for
/// it; the listener is needed until that endpoint has accepted. Threads: one at a time.
/// </summary>
public sealed unsafe class FabricRequest : IDisposable
{
    private readonly FabricListener _listener;
    private readonly SafeFabric _fabric;
    private readonly FabricInfo _info;
    private bool _isAnswered;
    private bool _isReleased;

    internal FabricRequest(FabricListener listener, SafeFabric fabric, FabricInfo info)
    {
        bool isHeld = false;
        listener.DangerousAddRef(ref isHeld);
        _listener = listener;
        _fabric = fabric;
        _info = info;
        PeerAddress = info.DestinationAddress;
    }

    /// <summary>Gets where it comes from, without a port; empty when the provider does not say.</summary>
    public string PeerAddress { get; }

    /// <summary>Makes the endpoint of this side; the request is answered when it accepts.</summary>
    /// <param name="slots">What it sends from and receives into.</param>
    /// <param name="error">Error number, 0 for success.</param>
    /// <returns>The endpoint; null on error.</returns>
    /// <exception cref="ObjectDisposedException">The request was answered or refused before.</exception>
    public FabricEndpoint? TryMakeEndpoint(FabricSlots slots, out int error)
    {
        ObjectDisposedException.ThrowIf(_isAnswered || _isReleased, this);
        FabricEndpoint? endpoint = FabricEndpoint.TryMake(_fabric, _info, slots, out error);
        _isAnswered = endpoint is not null;
        return endpoint;
    }

    /// <summary>Refuses it, unless an endpoint was made (fi_reject).</summary>
    public void Dispose()
    {
        if (_isReleased)
        {
            return;
        }

        if (!_isAnswered)
        {
            // SAFETY: the listener and the information are held until here.
            _listener.Reject(_info.Part(FabricLayout.InfoHandle));
        }

        _isReleased = true;
        _info.Dispose();
        _listener.DangerousRelease();
    }
}
