using PmemTyped.Native.Linux;
using PmemTyped.Testing;

namespace PmemTyped.Mapping.Tests;

/// <summary>A file of a test and maps of it, of either granularity. Pages are synced unless lines are asked for.</summary>
internal sealed class MappedFile : IDisposable
{
    internal const int PageBytes = 4096;
    private readonly TempDirectory _directory = TempDirectory.Create();

    internal MappedFile(long lengthBytes) => PmemSource.Create(Path, lengthBytes, sparse: true).Dispose();

    internal string Path => _directory.File("mapped");

    internal byte[] Content => File.ReadAllBytes(Path);

    internal bool IsMapped =>
        File.ReadLines("/proc/self/maps").Any(line => line.EndsWith(Path, StringComparison.Ordinal));

    public void Dispose() => _directory.Dispose();

    internal PmemMap Map(bool lines = false, bool writable = true)
    {
        using PmemSource source = PmemSource.Open(Path, writable, ForcedPlatform.Of(lines ? "1" : "0"));
        MapProtection protection = writable ? MapProtection.Read | MapProtection.Write : MapProtection.Read;
        return PmemMap.Map(source, new PmemMapConfig { Protection = protection });
    }

    /// <summary>Takes one page out of a map, makes a sync of it fail, and puts the page back, so that it can be unmapped.</summary>
    internal static void Fault(PmemMap map)
    {
        nint start = map.Handle.DangerousGetHandle();
        Assert.Equal(0, Interop.Munmap(start, PageBytes));
        Assert.Throws<PmemFaultedException>(() => map.DangerousGetMedium().Flush(0, 1, default));
        nint again = Interop.Mmap(
            start, PageBytes, Interop.ProtectionRead, Interop.MapPrivate | Interop.MapAnonymous, -1, 0);
        Assert.Equal(start, again);
        Assert.True(map.IsFaulted);
    }
}
