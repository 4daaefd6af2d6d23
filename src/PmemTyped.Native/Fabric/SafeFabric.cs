using System.Runtime.InteropServices;

namespace PmemTyped.Native.Fabric;

/// <summary>A fabric, which outlives every object made in it: each of them holds a reference. Threads: safe.</summary>
internal sealed unsafe class SafeFabric : SafeHandle
{
    private SafeFabric(FabricLibrary library, byte* fabric)
        : base(0, ownsHandle: true)
    {
        Library = library;
        SetHandle((nint)fabric);
    }

    public override bool IsInvalid => handle == 0;

    internal FabricLibrary Library { get; }

    internal byte* Pointer => (byte*)handle;

    internal static SafeFabric? TryOpen(FabricLibrary library, FabricInfo info, out int error)
    {
        byte* fabric = null;

        // SAFETY: the information is alive during the call; the result is owned here.
        error = -library.OpenFabric(info.Part(FabricLayout.InfoFabric), &fabric);
        return error == 0 ? new SafeFabric(library, fabric) : null;
    }

    /// <summary>Keeps it open until <see cref="SafeHandle.DangerousRelease"/>.</summary>
    internal void Hold()
    {
        bool isHeld = false;
        DangerousAddRef(ref isHeld);
    }

    protected override bool ReleaseHandle() => FabricObject.Close(Pointer) == 0;
}
