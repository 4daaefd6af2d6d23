using System.Runtime.InteropServices;

namespace PmemTyped.Mapping.Tests;

/// <summary>Memory of another owner, zeroed and aligned to a page; or a part of such memory, which it does not free.</summary>
internal sealed class OwnedMemory : SafeBuffer
{
    private const int PageBytes = 4096;
    private readonly nint _allocated;

    private OwnedMemory(nint address, long lengthBytes, nint allocated)
        : base(ownsHandle: true)
    {
        SetHandle(address);
        Initialize((ulong)lengthBytes);
        _allocated = allocated;
    }

    internal bool IsReleased { get; private set; }

    internal byte this[int offset] => Marshal.ReadByte(handle, offset);

    internal static OwnedMemory Of(int lengthBytes)
    {
        nint allocated = Marshal.AllocHGlobal(lengthBytes + PageBytes);
        nint aligned = (allocated + PageBytes - 1) & -PageBytes;
        Marshal.Copy(new byte[lengthBytes], 0, aligned, lengthBytes);
        return new OwnedMemory(aligned, lengthBytes, allocated);
    }

    internal static OwnedMemory At(long address, long lengthBytes) => new((nint)address, lengthBytes, 0);

    internal OwnedMemory Part(long offset, long lengthBytes) => At(handle + (nint)offset, lengthBytes);

    protected override bool ReleaseHandle()
    {
        IsReleased = true;
        Marshal.FreeHGlobal(_allocated);
        return true;
    }
}
