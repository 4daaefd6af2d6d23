using System.Runtime.InteropServices;

namespace PmemTyped.Native.Fabric;

/// <summary>Keeps a handle open during a call, without an allocation.</summary>
internal readonly ref struct FabricUse
{
    private readonly SafeHandle _handle;

    /// <exception cref="ObjectDisposedException">It is closed.</exception>
    internal FabricUse(SafeHandle handle)
    {
        bool isHeld = false;
        handle.DangerousAddRef(ref isHeld);
        _handle = handle;
    }

    public void Dispose() => _handle.DangerousRelease();
}
