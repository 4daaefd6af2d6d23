using PmemTyped.Native.Linux;
using PmemTyped.Testing;

namespace PmemTyped.Mapping.Tests;

/// <summary>A lease keeps the memory; a failed flush ends all trust in a map.</summary>
public sealed class LeaseAndFaultTests : IDisposable
{
    private const int PageBytes = 4096;
    private readonly TempDirectory _directory = TempDirectory.Create();

    private delegate void LeaseUse(ref PmemMapLease lease);

    private string PathOfFile => _directory.File("leased");

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void A_lease_keeps_the_memory_of_a_disposed_map_until_it_ends()
    {
        PmemMap map = NewMap();
        scoped PmemMapLease lease = map.Lease();
        map.Dispose();
        lease.Copy(10, [1, 2, 3]);
        Assert.Equal([1, 2, 3], lease.Window(10, 3).ToArray());
        Assert.True(IsMapped());

        lease.Dispose();
        Assert.False(IsMapped());
        Assert.Equal([1, 2, 3], File.ReadAllBytes(PathOfFile)[10..13]);
    }

    [Fact]
    public void A_read_only_map_refuses_stores_and_can_be_read()
    {
        NewMap().Dispose();
        using PmemSource source = PmemSource.Open(PathOfFile, writable: false);
        using PmemMap map = PmemMap.Map(source, new PmemMapConfig { Protection = MapProtection.Read });
        scoped PmemMapLease lease = map.Lease();
        Assert.False(map.IsWritable);
        Assert.IsType<InvalidOperationException>(Failure(ref lease, static (ref PmemMapLease l) => l.Copy(0, [1])));
        Assert.Equal(0, lease.Window(0, 1)[0]);
        lease.Dispose();
    }

    [Fact]
    public void Every_use_after_the_end_of_a_lease_is_refused()
    {
        using PmemMap map = NewMap();
        scoped PmemMapLease lease = map.Lease();
        lease.Dispose();
        foreach (LeaseUse use in AllUses())
        {
            Assert.IsType<ObjectDisposedException>(Failure(ref lease, use));
        }

        // A second end must not release the map under the feet of others.
        using scoped PmemMapLease other = map.Lease();
        lease.Dispose();
        other.Copy(0, [1]);
    }

    [PageGranularFact]
    public void After_a_failed_flush_every_later_call_throws()
    {
        PmemMap map = NewMap();
        MapMedium medium = map.DangerousGetMedium();
        scoped PmemMapLease lease = map.Lease();
        nint start = map.Handle.DangerousGetHandle();
        lease.Copy(0, [1]);
        Assert.False(map.IsFaulted);

        Assert.Equal(0, Interop.Munmap(start + PageBytes, PageBytes));
        var first = Assert.Throws<PmemFaultedException>(() => medium.Flush(0, 2 * PageBytes, default));

        var cause = Assert.IsType<PmemIOException>(first.InnerException);
        Assert.Equal(("sync", Errno.NoMemory, PathOfFile), (cause.Operation, cause.ErrorNumber, first.Path));
        Assert.Contains("open it again", first.Message, StringComparison.Ordinal);
        Assert.True(map.IsFaulted);
        AssertFaulted(map, medium, cause);
        foreach (LeaseUse use in AllUses())
        {
            Assert.IsType<PmemFaultedException>(Failure(ref lease, use));
        }

        // The hole may belong to someone else by now, so the handle must not release it.
        map.Handle.SetHandleAsInvalid();
        lease.Dispose();
        map.Dispose();
        Assert.Equal(0, Interop.Munmap(start, PageBytes));
        Assert.Equal(0, Interop.Munmap(start + (2 * PageBytes), PageBytes));
    }

    // Ranges that the kernel could sync without complaint: only the latch can refuse them.
    private static void AssertFaulted(PmemMap map, MapMedium medium, Exception cause)
    {
        Action[] later =
        [
            () => medium.Flush(0, 1, default),
            () => medium.Persist(0, 1, default),
            () => medium.StoreFlushed(0, [1], default),
            () => medium.ClearFlushed(0, 1, default),
            medium.ThrowIfFaulted,
            () => { using scoped PmemMapLease lease = map.Lease(); },
        ];
        foreach (Action call in later)
        {
            Assert.Same(cause, Assert.Throws<PmemFaultedException>(call).InnerException);
        }
    }

    private static LeaseUse[] AllUses() =>
    [
        (ref PmemMapLease lease) => lease.Copy(0, [1]),
        (ref PmemMapLease lease) => lease.Flush(0, 1),
        (ref PmemMapLease lease) => lease.Drain(),
        (ref PmemMapLease lease) => lease.Persist(0, 1),
        (ref PmemMapLease lease) => _ = lease.Window(0, 1),
    ];

    private static Exception? Failure(ref PmemMapLease lease, LeaseUse use)
    {
        try
        {
            use(ref lease);
            return null;
        }
        catch (Exception exception)
        {
            return exception;
        }
    }

    private bool IsMapped() =>
        File.ReadLines("/proc/self/maps").Any(line => line.EndsWith(PathOfFile, StringComparison.Ordinal));

    private PmemMap NewMap()
    {
        File.WriteAllBytes(PathOfFile, new byte[3 * PageBytes]);
        using PmemSource source = PmemSource.Open(PathOfFile);
        return PmemMap.Map(source);
    }
}
