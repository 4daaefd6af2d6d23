using System.Globalization;
using System.Net;
using System.Runtime.InteropServices;
using System.Text;
using PmemTyped.Native.Linux;

namespace PmemTyped.Native.Fabric;

/// <summary>What a provider offers for an address (struct fi_info). Threads: one at a time.</summary>
internal sealed unsafe class FabricInfo : SafeHandle
{
    private const int AddressFamilyIPv4 = 2;
    private const int AddressFamilyIPv6 = 10;
    private readonly FabricLibrary _library;

    /// <param name="library">What gave it.</param>
    /// <param name="info">Owned from now on.</param>
    internal FabricInfo(FabricLibrary library, byte* info)
        : base(0, ownsHandle: true)
    {
        _library = library;
        SetHandle((nint)info);
    }

    public override bool IsInvalid => handle == 0;

    internal byte* Pointer => (byte*)handle;

    internal byte* Destination => Part(FabricLayout.InfoDestination);

    internal bool NeedsRegistration =>
        (*(int*)(Part(FabricLayout.InfoDomain) + FabricLayout.DomainMemoryMode) & FabricLayout.MemoryLocal) != 0;

    internal ulong MaxMessageBytes => *(ulong*)(Part(FabricLayout.InfoEndpoint) + FabricLayout.EndpointMaxMessage);

    /// <summary>Gets the address of the other side without its port; empty when the provider does not say.</summary>
    internal string DestinationAddress =>
        PlaceOf(Destination, *(nint*)(Pointer + FabricLayout.InfoDestinationLength))?.Address.ToString() ?? string.Empty;

    /// <summary>Asks one provider for message endpoints at an address (fi_getinfo).</summary>
    internal static FabricInfo? TryGet(FabricLibrary library, string provider, string address, int port, long flags, out int error)
    {
        using var hints = new FabricInfo(library, library.NewInfo());
        if (hints.IsInvalid)
        {
            error = Errno.NoMemory;
            return null;
        }

        byte* found = null;
        fixed (byte* providerName = Terminated(provider), node = Terminated(address), service = Terminated(port.ToString(CultureInfo.InvariantCulture)))
        {
            // SAFETY: the offsets are those of the headers. The name of the provider is ours, so it is taken out before the library
            // frees the hints; the library copies what it keeps.
            byte* name = hints.Part(FabricLayout.InfoFabric) + FabricLayout.FabricProviderName;
            *(long*)(hints.Pointer + FabricLayout.InfoCaps) = FabricLayout.CapabilityMessages;
            *(long*)(hints.Pointer + FabricLayout.InfoMode) = FabricLayout.ModeContext | FabricLayout.ModeContext2;
            *(int*)(hints.Part(FabricLayout.InfoEndpoint) + FabricLayout.EndpointType) = FabricLayout.TypeMessages;
            *(int*)(hints.Part(FabricLayout.InfoDomain) + FabricLayout.DomainThreading) = FabricLayout.ThreadSafe;
            *(int*)(hints.Part(FabricLayout.InfoDomain) + FabricLayout.DomainMemoryMode) =
                FabricLayout.MemoryLocal | FabricLayout.MemoryAllocated | FabricLayout.MemoryVirtualAddress | FabricLayout.MemoryProviderKey;
            *(byte**)name = providerName;
            error = -library.GetInfo(node, service, flags | FabricLayout.FlagNumericHost, hints.Pointer, &found);
            *(byte**)name = null;
        }

        return error == 0 ? new FabricInfo(library, found) : null;
    }

    /// <summary>Address and port in a struct sockaddr; null for another kind.</summary>
    internal static IPEndPoint? PlaceOf(byte* address, nint lengthBytes)
    {
        const int PortOffset = 2;
        const int V4Offset = 4;
        const int V6Offset = 8;

        // SAFETY: as many bytes are read as each kind has, and the length says they are there.
        int family = address is null || lengthBytes < V4Offset + 4 ? 0 : *(ushort*)address;
        int port = family == 0 ? 0 : (address[PortOffset] << 8) | address[PortOffset + 1];
        return family switch
        {
            AddressFamilyIPv4 => new IPEndPoint(new IPAddress(new ReadOnlySpan<byte>(address + V4Offset, 4)), port),
            AddressFamilyIPv6 when lengthBytes >= V6Offset + 16 =>
                new IPEndPoint(new IPAddress(new ReadOnlySpan<byte>(address + V6Offset, 16)), port),
            _ => null,
        };
    }

    /// <summary>What a pointer of the structure leads to.</summary>
    internal byte* Part(int offset) => *(byte**)(Pointer + offset);

    protected override bool ReleaseHandle()
    {
        _library.FreeInfo(Pointer);
        return true;
    }

    private static byte[] Terminated(string text) => [.. Encoding.UTF8.GetBytes(text), 0];
}
