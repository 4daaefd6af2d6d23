using System.Runtime.InteropServices;
using PmemTyped.Native.Linux;

namespace PmemTyped.Native;

/// <summary>One mapping of a file. Owns the address range; releasing it unmaps.</summary>
public sealed class SafeMapHandle : SafeHandle
{
    private readonly long _lengthBytes;

    private SafeMapHandle(nint address, long lengthBytes)
        : base(-1, ownsHandle: true)
    {
        SetHandle(address);
        _lengthBytes = lengthBytes;
    }

    /// <inheritdoc/>
    public override bool IsInvalid => handle == -1;

    /// <summary>Gets the mapped bytes. Valid while this handle is not released; the caller holds it for that long.</summary>
    public unsafe NativeRange Range => new((byte*)handle, _lengthBytes);

    /// <summary>
    /// Maps the start of a file: mmap(2). A shared map is tried with MAP_SYNC first, because its
    /// success is the only proof that a cache-line flush is enough (mapping specification, section 4.1).
    /// </summary>
    /// <param name="descriptor">The open file.</param>
    /// <param name="lengthBytes">Bytes to map, greater than zero.</param>
    /// <param name="writable">Whether stores are possible.</param>
    /// <param name="isPrivate">Copy-on-write: stores stay in this process.</param>
    /// <param name="isSynchronous">Whether MAP_SYNC was granted.</param>
    /// <param name="error">Error number, 0 for success.</param>
    public static SafeMapHandle? Map(
        SafeFileDescriptor descriptor,
        long lengthBytes,
        bool writable,
        bool isPrivate,
        out bool isSynchronous,
        out int error)
    {
        int protection = Interop.ProtectionRead | (writable ? Interop.ProtectionWrite : 0);
        isSynchronous = false;
        if (!isPrivate)
        {
            nint synchronous = MapOnce(
                descriptor, lengthBytes, protection, Interop.MapSharedValidate | Interop.MapSync, out error);
            if (synchronous != -1)
            {
                isSynchronous = true;
                return new SafeMapHandle(synchronous, lengthBytes);
            }

            if (error is not (Errno.Invalid or Errno.NotSupported))
            {
                return null;
            }
        }

        int flags = isPrivate ? Interop.MapPrivate : Interop.MapShared;
        nint plain = MapOnce(descriptor, lengthBytes, protection, flags, out error);
        return plain == -1 ? null : new SafeMapHandle(plain, lengthBytes);
    }

    /// <summary>Makes the pages that a range touches durable: msync(2) with MS_SYNC, start rounded down to its page.</summary>
    /// <param name="offset">Byte offset in the map.</param>
    /// <param name="lengthBytes">Bytes; 0 does nothing.</param>
    /// <returns>Error number, 0 for success.</returns>
    public int SyncPages(long offset, long lengthBytes)
    {
        Range.Check(offset, lengthBytes);
        if (lengthBytes == 0)
        {
            return Errno.None;
        }

        long start = offset & -Environment.SystemPageSize;
        int error;
        do
        {
            int returned = Interop.Msync(
                handle + (nint)start, (nuint)(lengthBytes + offset - start), Interop.MsyncSynchronous);
            error = returned == 0 ? Errno.None : Marshal.GetLastPInvokeError();
        }
        while (error == Errno.Interrupted);
        return error;
    }

    /// <inheritdoc/>
    protected override bool ReleaseHandle() => Interop.Munmap(handle, (nuint)_lengthBytes) == 0;

    private static nint MapOnce(
        SafeFileDescriptor descriptor, long lengthBytes, int protection, int flags, out int error)
    {
        bool added = false;
        try
        {
            descriptor.DangerousAddRef(ref added);
            nint address = Interop.Mmap(
                0, (nuint)lengthBytes, protection, flags, (int)descriptor.DangerousGetHandle(), 0);
            error = address == -1 ? Marshal.GetLastPInvokeError() : Errno.None;
            return address;
        }
        finally
        {
            if (added)
            {
                descriptor.DangerousRelease();
            }
        }
    }
}
