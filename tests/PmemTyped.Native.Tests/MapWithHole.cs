using PmemTyped.Native.Linux;

namespace PmemTyped.Native.Tests;

/// <summary>Three mapped pages of which the second was unmapped behind the handle's back.</summary>
internal sealed class MapWithHole : IDisposable
{
    private const int PageBytes = 4096;
    private readonly MappedFile _file = MappedFile.Create(3 * PageBytes);

    private MapWithHole()
    {
        Start = _file.Handle.DangerousGetHandle();
        Assert.Equal(0, Interop.Munmap(Start + PageBytes, PageBytes));
    }

    internal nint Start { get; }

    internal SafeMapHandle Handle => _file.Handle;

    // The hole may belong to someone else by now, so the handle must not release it.
    public void Dispose()
    {
        _file.Handle.SetHandleAsInvalid();
        Assert.Equal(0, Interop.Munmap(Start, PageBytes));
        Assert.Equal(0, Interop.Munmap(Start + (2 * PageBytes), PageBytes));
        _file.Dispose();
    }

    internal static MapWithHole Create() => new();
}
