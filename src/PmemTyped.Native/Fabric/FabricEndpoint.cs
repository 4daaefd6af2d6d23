using System.Runtime.InteropServices;
using PmemTyped.Native.Linux;

namespace PmemTyped.Native.Fabric;

/// <summary>
/// One side of a connection: an endpoint of libfabric for messages, its queue of completions, its queue of events, and the slots that
/// it sends from and receives into, registered where the provider asks for it. Nothing here allocates. Every method returns an error
/// number, 0 for success, and throws <see cref="ObjectDisposedException"/> when it is closed. Threads: safe, as the provider was asked
/// to be; a slot belongs to one thread at a time.
/// </summary>
public sealed unsafe partial class FabricEndpoint : SafeHandle
{
    /// <summary>The most that may be sent along with a request or an answer.</summary>
    public const int MaxGreetingBytes = 56;

    /// <summary>Room for an event of a connection with its data.</summary>
    internal const int EventBytes = 512;

    // Errors and completions of everything posted fit at once.
    private const int SpareCompletions = 16;

    private readonly SafeFabric _fabric;
    private readonly FabricSlots _slots;
    private byte* _memory;
    private byte* _domain;
    private byte* _events;
    private byte* _queue;
    private byte* _endpoint;
    private byte* _registration;
    private byte[] _destination = [];

    private FabricEndpoint(SafeFabric fabric, FabricSlots slots)
        : base(0, ownsHandle: true)
    {
        fabric.Hold();
        _fabric = fabric;
        _slots = slots;
        SetHandle((nint)fabric.Pointer);
    }

    /// <inheritdoc/>
    public override bool IsInvalid => handle == 0;

    private void* Descriptor => _registration is null ? null : *(void**)(_registration + FabricLayout.MemoryDescriptor);

    /// <summary>Asks the address that it was made for (fi_connect). <see cref="WaitEvent"/> tells the answer.</summary>
    /// <param name="greeting">What is sent along, <see cref="MaxGreetingBytes"/> at most.</param>
    public int Connect(ReadOnlySpan<byte> greeting)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(greeting.Length, MaxGreetingBytes);
        using var use = new FabricUse(this);
        fixed (byte* bytes = greeting, to = _destination)
        {
            var connect = (delegate* unmanaged<byte*, byte*, byte*, nint, int>)FabricObject.Operation(
                _endpoint, FabricLayout.EndpointConnectionOperations, FabricLayout.ConnectionConnect);

            // SAFETY: both are pinned; the address has the length that its kind has.
            return connect is null ? FabricLayout.ErrorNotSupported : -connect(_endpoint, to, bytes, greeting.Length);
        }
    }

    /// <summary>Answers the request that it was made for (fi_accept). <see cref="WaitEvent"/> tells when it is connected.</summary>
    /// <param name="greeting">What is sent along, <see cref="MaxGreetingBytes"/> at most.</param>
    public int Accept(ReadOnlySpan<byte> greeting)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(greeting.Length, MaxGreetingBytes);
        using var use = new FabricUse(this);
        fixed (byte* bytes = greeting)
        {
            var accept = (delegate* unmanaged<byte*, byte*, nint, int>)FabricObject.Operation(
                _endpoint, FabricLayout.EndpointConnectionOperations, FabricLayout.ConnectionAccept);

            // SAFETY: the bytes are pinned.
            return accept is null ? FabricLayout.ErrorNotSupported : -accept(_endpoint, bytes, greeting.Length);
        }
    }

    /// <summary>Ends the connection in both directions (fi_shutdown).</summary>
    public int Shutdown()
    {
        using var use = new FabricUse(this);
        var shutdown = (delegate* unmanaged<byte*, long, int>)FabricObject.Operation(
            _endpoint, FabricLayout.EndpointConnectionOperations, FabricLayout.ConnectionShutdown);

        // SAFETY: the reference keeps the endpoint open.
        return shutdown is null ? FabricLayout.ErrorNotSupported : -shutdown(_endpoint, 0);
    }

    /// <summary>Waits for an event of the connection (fi_eq_sread).</summary>
    /// <param name="waitMs">How long, in milliseconds; 0 to look only.</param>
    /// <param name="data">Receives what came with it.</param>
    /// <param name="what">The event.</param>
    /// <param name="lengthBytes">How many bytes came with it, at most as many as there is room for.</param>
    public int WaitEvent(int waitMs, Span<byte> data, out FabricEvent what, out int lengthBytes)
    {
        using var use = new FabricUse(this);
        byte* buffer = stackalloc byte[EventBytes];

        // SAFETY: the reference keeps the queue open; the buffer is as long as said.
        nint length = FabricObject.WaitEvent(_events, out int kind, buffer, EventBytes, waitMs);
        lengthBytes = CopyEventData(buffer, length, data);
        what = length < 0 ? FabricEvent.None : kind switch
        {
            FabricLayout.EventConnected => FabricEvent.Connected,
            FabricLayout.EventShutdown => FabricEvent.Shutdown,
            _ => FabricEvent.None,
        };
        return length is < 0 and not -Errno.Again and not -Errno.Interrupted ? (int)-length : 0;
    }

    internal static FabricEndpoint? TryMake(SafeFabric fabric, FabricInfo info, FabricSlots slots, out int error)
    {
        const int Alignment = 64;
        if (slots.ReceiveCount <= 0 || slots.SendCount <= 0 || slots.SlotBytes <= 0 || slots.SlotBytes % Alignment != 0
            || (ulong)slots.SlotBytes > info.MaxMessageBytes)
        {
            error = Errno.Invalid;
            return null;
        }

        var endpoint = new FabricEndpoint(fabric, slots);
        error = endpoint.Open(info);
        if (error == 0)
        {
            return endpoint;
        }

        endpoint.Dispose();
        return null;
    }

    internal static int CopyEventData(byte* buffer, nint lengthBytes, Span<byte> data)
    {
        // SAFETY: the library wrote so many bytes of the buffer.
        nint came = Math.Clamp(lengthBytes - FabricLayout.ConnectionEventData, 0, data.Length);
        new ReadOnlySpan<byte>(buffer + FabricLayout.ConnectionEventData, (int)came).CopyTo(data);
        return (int)came;
    }

    /// <inheritdoc/>
    protected override bool ReleaseHandle()
    {
        // The endpoint first: then nothing uses the memory any more.
        _ = FabricObject.Close(_endpoint);
        _ = FabricObject.Close(_registration);
        _ = FabricObject.Close(_queue);
        _ = FabricObject.Close(_events);
        _ = FabricObject.Close(_domain);
        _fabric.DangerousRelease();
        return _memory is null || Interop.Munmap((nint)_memory, (nuint)_slots.TotalBytes) == 0;
    }

    private int Open(FabricInfo info)
    {
        nint memory = Interop.Mmap(
            0,
            (nuint)_slots.TotalBytes,
            Interop.ProtectionRead | Interop.ProtectionWrite,
            Interop.MapPrivate | Interop.MapAnonymous,
            -1,
            0);
        if (memory == -1)
        {
            return Marshal.GetLastPInvokeError();
        }

        _memory = (byte*)memory;

        // SAFETY: the information says how long its address is.
        _destination = new ReadOnlySpan<byte>(
            info.Destination, info.Destination is null ? 0 : (int)*(nint*)(info.Pointer + FabricLayout.InfoDestinationLength)).ToArray();
        byte* fabric = _fabric.Pointer;
        byte* events = null;
        int error = OpenDomain(fabric, info);
        error = error == 0 ? FabricObject.OpenEvents(fabric, &events) : error;
        _events = events;
        error = error == 0 ? OpenQueue() : error;
        error = error == 0 && info.NeedsRegistration ? Register() : error;
        error = error == 0 ? OpenEndpoint(info) : error;
        error = error == 0 ? FabricObject.Bind(_endpoint, _events, 0) : error;
        error = error == 0 ? FabricObject.Bind(_endpoint, _queue, FabricLayout.FlagTransmit | FabricLayout.FlagReceive) : error;
        return -(error == 0 ? FabricObject.Enable(_endpoint) : error);
    }

    private int OpenDomain(byte* fabric, FabricInfo info)
    {
        byte* domain = null;
        var open = (delegate* unmanaged<byte*, byte*, byte**, void*, int>)FabricObject.Operation(
            fabric, FabricLayout.FabricOperations, FabricLayout.FabricOpenDomain);

        // SAFETY: the fabric is held, the information alive.
        int error = open is null ? -FabricLayout.ErrorNotSupported : open(fabric, info.Pointer, &domain, null);
        _domain = domain;
        return error;
    }

    private int OpenQueue()
    {
        byte* attributes = stackalloc byte[FabricLayout.QueueAttributesBytes];
        new Span<byte>(attributes, FabricLayout.QueueAttributesBytes).Clear();
        *(nint*)(attributes + FabricLayout.QueueAttributesSize) = _slots.Count + SpareCompletions;
        *(int*)(attributes + FabricLayout.QueueAttributesFormat) = FabricLayout.FormatMessages;
        *(int*)(attributes + FabricLayout.QueueAttributesWait) = FabricLayout.WaitUnspecified;
        byte* queue = null;
        var open = (delegate* unmanaged<byte*, byte*, byte**, void*, int>)FabricObject.Operation(
            _domain, FabricLayout.DomainOperations, FabricLayout.DomainOpenQueue);

        // SAFETY: the attributes have the length of the structure.
        int error = open is null ? -FabricLayout.ErrorNotSupported : open(_domain, attributes, &queue, null);
        _queue = queue;
        return error;
    }

    private int Register()
    {
        byte* registration = null;
        var register = (delegate* unmanaged<byte*, byte*, nint, long, long, long, long, byte**, void*, int>)FabricObject.Operation(
            _domain, FabricLayout.DomainMemoryOperations, FabricLayout.DomainRegister);

        // SAFETY: the memory is ours until the registration is closed.
        int error = register is null
            ? -FabricLayout.ErrorNotSupported
            : register(
                _domain,
                _memory,
                (nint)_slots.TotalBytes,
                FabricLayout.FlagTransmit | FabricLayout.FlagReceive,
                0,
                0,
                0,
                &registration,
                null);
        _registration = registration;
        return error;
    }

    private int OpenEndpoint(FabricInfo info)
    {
        byte* endpoint = null;
        var open = (delegate* unmanaged<byte*, byte*, byte**, void*, int>)FabricObject.Operation(
            _domain, FabricLayout.DomainOperations, FabricLayout.DomainOpenEndpoint);

        // SAFETY: the domain is open, the information alive.
        int error = open is null ? -FabricLayout.ErrorNotSupported : open(_domain, info.Pointer, &endpoint, null);
        _endpoint = endpoint;
        return error;
    }
}
