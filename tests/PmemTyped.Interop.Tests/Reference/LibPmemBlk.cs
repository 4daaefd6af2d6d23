using System.Runtime.InteropServices;

namespace PmemTyped.Interop.Tests.Reference;

/// <summary>The C interface of libpmemblk (block pool format, section 22), name for name.</summary>
internal static partial class LibPmemBlk
{
    internal const string SharedObject = "libpmemblk.so.1";

    /// <summary>Why the tests must be skipped, or null.</summary>
    internal static string? MissingBecause { get; } = NativeLibrary.TryLoad(SharedObject, out _)
        ? null
        : $"{SharedObject} is not installed: install the Debian package libpmemblk1.";

    [LibraryImport(
        SharedObject, EntryPoint = "pmemblk_create", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial nint Create(string path, nuint blockSize, nuint poolBytes, uint mode);

    [LibraryImport(
        SharedObject, EntryPoint = "pmemblk_open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial nint Open(string path, nuint blockSize);

    [LibraryImport(SharedObject, EntryPoint = "pmemblk_close")]
    internal static partial void Close(nint pool);

    [LibraryImport(SharedObject, EntryPoint = "pmemblk_bsize")]
    internal static partial nuint BlockSize(nint pool);

    [LibraryImport(SharedObject, EntryPoint = "pmemblk_nblock")]
    internal static partial nuint BlockCount(nint pool);

    [LibraryImport(SharedObject, EntryPoint = "pmemblk_read", SetLastError = true)]
    internal static partial int Read(nint pool, Span<byte> destination, long block);

    [LibraryImport(SharedObject, EntryPoint = "pmemblk_write", SetLastError = true)]
    internal static partial int Write(nint pool, ReadOnlySpan<byte> source, long block);

    [LibraryImport(SharedObject, EntryPoint = "pmemblk_set_zero", SetLastError = true)]
    internal static partial int SetZero(nint pool, long block);

    [LibraryImport(SharedObject, EntryPoint = "pmemblk_set_error", SetLastError = true)]
    internal static partial int SetError(nint pool, long block);

    [LibraryImport(SharedObject, EntryPoint = "pmemblk_errormsg")]
    internal static partial nint ErrorMessage();
}
