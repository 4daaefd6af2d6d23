using System.Net;
using System.Runtime.InteropServices;
using PmemTyped.Native.Linux;

namespace PmemTyped.Native.Fabric;

/// <summary>
/// Where connections come in: a passive endpoint of libfabric and its events. Threads: one waits; disposing may come from any, and
/// takes effect when the wait is over.
/// </summary>
public sealed unsafe class FabricListener : SafeHandle
{
    private readonly SafeFabric _fabric;
    private byte* _events;
    private byte* _listener;

    private FabricListener(SafeFabric fabric)
        : base(0, ownsHandle: true)
    {
        fabric.Hold();
        _fabric = fabric;
        SetHandle((nint)fabric.Pointer);
    }

    /// <inheritdoc/>
    public override bool IsInvalid => handle == 0;

    /// <summary>Gets address and port; null when the provider does not say.</summary>
    public IPEndPoint? LocalEndPoint { get; private set; }

    /// <summary>Waits for somebody who wants to connect (fi_eq_sread).</summary>
    /// <param name="waitMs">How long, in milliseconds.</param>
    /// <param name="data">Receives what came with the request.</param>
    /// <param name="lengthBytes">How many bytes of it there are, at most as many as there is room for.</param>
    /// <param name="error">Error number, 0 for success and when nobody came.</param>
    /// <returns>The request; null when nobody came.</returns>
    /// <exception cref="ObjectDisposedException">It is closed.</exception>
    public FabricRequest? Wait(int waitMs, Span<byte> data, out int lengthBytes, out int error)
    {
        using var use = new FabricUse(this);
        byte* buffer = stackalloc byte[FabricEndpoint.EventBytes];

        // SAFETY: the reference keeps the objects open; the buffer is as long as said.
        nint length = FabricObject.WaitEvent(_events, out int kind, buffer, FabricEndpoint.EventBytes, waitMs);
        lengthBytes = 0;
        error = length is < 0 and not -Errno.Again and not -Errno.Interrupted ? (int)-length : 0;
        if (length < FabricLayout.ConnectionEventData || kind != FabricLayout.EventConnectionRequest)
        {
            return null;
        }

        lengthBytes = FabricEndpoint.CopyEventData(buffer, length, data);
        return new FabricRequest(
            this, _fabric, new FabricInfo(_fabric.Library, *(byte**)(buffer + FabricLayout.ConnectionEventInfo)));
    }

    internal static FabricListener? TryOpen(FabricLibrary library, FabricInfo info, out int error)
    {
        using SafeFabric? fabric = SafeFabric.TryOpen(library, info, out error);
        if (fabric is null)
        {
            return null;
        }

        var listener = new FabricListener(fabric);
        error = listener.Open(info);
        if (error == 0)
        {
            return listener;
        }

        listener.Dispose();
        return null;
    }

    internal void Reject(byte* request)
    {
        var reject = (delegate* unmanaged<byte*, byte*, void*, nint, int>)FabricObject.Operation(
            _listener, FabricLayout.ListenerConnectionOperations, FabricLayout.ConnectionReject);
        if (reject is not null)
        {
            _ = reject(_listener, request, null, 0);
        }
    }

    /// <inheritdoc/>
    protected override bool ReleaseHandle()
    {
        _ = FabricObject.Close(_listener);
        _ = FabricObject.Close(_events);
        _fabric.DangerousRelease();
        return true;
    }

    private int Open(FabricInfo info)
    {
        byte* fabric = _fabric.Pointer;
        byte* events = null;
        byte* listener = null;

        // SAFETY: the fabric is held and the information alive; what is opened is closed by the release.
        int error = FabricObject.OpenEvents(fabric, &events);
        _events = events;
        if (error == 0)
        {
            var open = (delegate* unmanaged<byte*, byte*, byte**, void*, int>)FabricObject.Operation(
                fabric, FabricLayout.FabricOperations, FabricLayout.FabricOpenListener);
            error = open is null ? -FabricLayout.ErrorNotSupported : open(fabric, info.Pointer, &listener, null);
            _listener = listener;
        }

        error = error == 0 ? FabricObject.Bind(listener, events, 0) : error;
        if (error == 0)
        {
            var listen = (delegate* unmanaged<byte*, int>)FabricObject.Operation(
                listener, FabricLayout.ListenerConnectionOperations, FabricLayout.ConnectionListen);
            error = listen is null ? -FabricLayout.ErrorNotSupported : listen(listener);
        }

        LocalEndPoint = error == 0 ? Name(listener) : null;
        return -error;
    }

    private static IPEndPoint? Name(byte* listener)
    {
        const int MaxAddressBytes = 128;
        byte* address = stackalloc byte[MaxAddressBytes];
        nint length = MaxAddressBytes;
        var name = (delegate* unmanaged<byte*, byte*, nint*, int>)FabricObject.Operation(
            listener, FabricLayout.ListenerConnectionOperations, FabricLayout.ConnectionName);

        // SAFETY: no more is written than the length says.
        return name is null || name(listener, address, &length) != 0 ? null : FabricInfo.PlaceOf(address, length);
    }
}
