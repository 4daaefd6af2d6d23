using System.Runtime.InteropServices;

namespace PmemTyped.Native.Fabric;

/// <summary>
/// libfabric, loaded when it is asked for, so that nothing needs it where it is not used. Only five of its functions are exported;
/// all others are reached through tables in its objects. Threads: safe.
/// </summary>
public sealed unsafe class FabricLibrary
{
    /// <summary>The name that the loader knows it by.</summary>
    public const string FileName = "libfabric.so.1";

    private readonly delegate* unmanaged<int, byte*, byte*, long, byte*, byte**, int> _getInfo;
    private readonly delegate* unmanaged<byte*, void> _freeInfo;
    private readonly delegate* unmanaged<byte*, byte*> _duplicateInfo;
    private readonly delegate* unmanaged<byte*, byte**, void*, int> _openFabric;
    private readonly delegate* unmanaged<int, byte*> _explain;

    private FabricLibrary(nint library)
    {
        // SAFETY: the signatures are those of the headers; a missing name throws. The library is never unloaded.
        _getInfo = (delegate* unmanaged<int, byte*, byte*, long, byte*, byte**, int>)NativeLibrary.GetExport(library, "fi_getinfo");
        _freeInfo = (delegate* unmanaged<byte*, void>)NativeLibrary.GetExport(library, "fi_freeinfo");
        _duplicateInfo = (delegate* unmanaged<byte*, byte*>)NativeLibrary.GetExport(library, "fi_dupinfo");
        _openFabric = (delegate* unmanaged<byte*, byte**, void*, int>)NativeLibrary.GetExport(library, "fi_fabric");
        _explain = (delegate* unmanaged<int, byte*>)NativeLibrary.GetExport(library, "fi_strerror");
    }

    /// <summary>Loads it, or says why it cannot be loaded.</summary>
    /// <param name="fileName">Its name, or a path.</param>
    /// <param name="refusal">What the loader said; null when it is loaded.</param>
    public static FabricLibrary? TryLoad(string fileName, out string? refusal)
    {
        try
        {
            refusal = null;
            return new FabricLibrary(NativeLibrary.Load(fileName));
        }
        catch (Exception e) when (e is DllNotFoundException or BadImageFormatException or EntryPointNotFoundException)
        {
            refusal = e.Message;
            return null;
        }
    }

    /// <summary>Says in words what an error number means (fi_strerror).</summary>
    /// <param name="error">A positive number of the library.</param>
    public string Explain(int error) => Marshal.PtrToStringUTF8((nint)_explain(error)) ?? string.Empty;

    /// <summary>Listens at an address (fi_listen).</summary>
    /// <param name="provider">Name of the provider, as "tcp" or "verbs".</param>
    /// <param name="address">A numeric address of this machine.</param>
    /// <param name="port">Its port; 0 for one of the provider's choice.</param>
    /// <param name="error">Error number, 0 for success.</param>
    /// <returns>Where connections come in; null on error.</returns>
    public FabricListener? TryListen(string provider, string address, int port, out int error)
    {
        using FabricInfo? info = FabricInfo.TryGet(this, provider, address, port, FabricLayout.FlagSource, out error);
        return info is null ? null : FabricListener.TryOpen(this, info, out error);
    }

    /// <summary>Makes an endpoint that can be connected to an address; nothing is sent yet.</summary>
    /// <param name="provider">Name of the provider.</param>
    /// <param name="address">A numeric address.</param>
    /// <param name="port">Its port.</param>
    /// <param name="slots">What it sends from and receives into.</param>
    /// <param name="error">Error number, 0 for success.</param>
    /// <returns>The endpoint; null on error.</returns>
    public FabricEndpoint? TryMakeEndpoint(string provider, string address, int port, FabricSlots slots, out int error)
    {
        using FabricInfo? info = FabricInfo.TryGet(this, provider, address, port, 0, out error);
        if (info is null)
        {
            return null;
        }

        using SafeFabric? fabric = SafeFabric.TryOpen(this, info, out error);
        return fabric is null ? null : FabricEndpoint.TryMake(fabric, info, slots, out error);
    }

    internal int GetInfo(byte* node, byte* service, long flags, byte* hints, byte** info) =>
        _getInfo(FabricLayout.ApiVersion, node, service, flags, hints, info);

    internal byte* NewInfo() => _duplicateInfo(null);

    internal void FreeInfo(byte* info) => _freeInfo(info);

    internal int OpenFabric(byte* attributes, byte** fabric) => _openFabric(attributes, fabric, null);
}
