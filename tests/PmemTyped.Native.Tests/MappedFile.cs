using PmemTyped.Native.Linux;
using PmemTyped.Testing;

namespace PmemTyped.Native.Tests;

/// <summary>A writable shared map of a new file.</summary>
internal sealed class MappedFile : IDisposable
{
    private readonly TempDirectory _directory = TempDirectory.CreateInMemory();

    private MappedFile(long lengthBytes)
    {
        using SafeFileDescriptor file = SafeFileDescriptor.CreateNew(
            _directory.File("map"), UnixFileMode.UserRead | UnixFileMode.UserWrite, out int error)!;
        Assert.Equal(Errno.None, error);
        Assert.Equal(Errno.None, file.SetLength(lengthBytes));
        Handle = SafeMapHandle.Map(RequestFor(file, lengthBytes), out _, out error)!;
        Assert.Equal(Errno.None, error);
    }

    internal SafeMapHandle Handle { get; }

    internal NativeRange Range => Handle.Range;

    public void Dispose()
    {
        Handle.Dispose();
        _directory.Dispose();
    }

    internal static MapRequest RequestFor(SafeFileDescriptor? file, long lengthBytes, bool isPrivate = false) =>
        new(file, 0, lengthBytes, Interop.ProtectionRead | Interop.ProtectionWrite, isPrivate);

    internal static MappedFile Create(long lengthBytes) => new(lengthBytes);
}
