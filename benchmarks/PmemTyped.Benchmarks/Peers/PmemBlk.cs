using System.Runtime.InteropServices;

namespace PmemTyped.Benchmarks.Peers;

/// <summary>
/// libpmemblk. Calls make the ordinary GC transition (SuppressGCTransition is off, because a write may take long), a few
/// nanoseconds that are part of what a .NET program pays for the peer.
/// </summary>
internal static unsafe partial class PmemBlk
{
    private const string SharedObject = "libpmemblk.so.1";

    [LibraryImport(SharedObject, EntryPoint = "pmemblk_create", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial nint Create(string path, nuint blockSize, nuint poolBytes, uint mode);

    [LibraryImport(SharedObject, EntryPoint = "pmemblk_open", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial nint Open(string path, nuint blockSize);

    [LibraryImport(SharedObject, EntryPoint = "pmemblk_close")]
    internal static partial void Close(nint pool);

    [LibraryImport(SharedObject, EntryPoint = "pmemblk_nblock")]
    internal static partial nuint BlockCount(nint pool);

    [LibraryImport(SharedObject, EntryPoint = "pmemblk_read")]
    internal static partial int Read(nint pool, byte* destination, long block);

    [LibraryImport(SharedObject, EntryPoint = "pmemblk_write")]
    internal static partial int Write(nint pool, byte* source, long block);
}
