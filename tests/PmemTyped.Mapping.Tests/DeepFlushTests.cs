using PmemTyped.Native.Linux;
using PmemTyped.Testing;

namespace PmemTyped.Mapping.Tests;

/// <summary>How deep each call reaches, by granularity and source.</summary>
public sealed class DeepFlushTests : IDisposable
{
    private const int PageBytes = 4096;
    private readonly TempDirectory _directory = TempDirectory.Create();

    private delegate void RangeUse(ref PmemMapLease lease, long offset, long lengthBytes);

    private string PathOfFile => _directory.File("deep");

    public void Dispose() => _directory.Dispose();

    private static RangeUse[] Uses =>
    [
        (ref PmemMapLease lease, long offset, long lengthBytes) => lease.DeepFlush(offset, lengthBytes),
        (ref PmemMapLease lease, long offset, long lengthBytes) => lease.DeepDrain(offset, lengthBytes),
        (ref PmemMapLease lease, long offset, long lengthBytes) => lease.DeepPersist(offset, lengthBytes),
    ];

    [Theory]
    [InlineData("BYTE")]
    [InlineData("CACHE_LINE")]
    [InlineData("PAGE")]
    public void A_range_must_lie_inside_and_may_be_empty_at_the_very_end(string granularity)
    {
        using PmemMap map = NewMap(granularity);
        scoped PmemMapLease lease = map.Lease();
        foreach (RangeUse use in Uses)
        {
            foreach ((long offset, long length) in ((long, long)[])[(0, 3 * PageBytes), (100, 5000), (3 * PageBytes, 0), (0, 0)])
            {
                Assert.Null(Failure(ref lease, use, offset, length));
            }

            foreach ((long offset, long length) in ((long, long)[])
                [(-1, 1), (0, (3 * PageBytes) + 1), (3 * PageBytes, 1), ((3 * PageBytes) + 1, 0), (1, long.MaxValue)])
            {
                Assert.IsType<ArgumentOutOfRangeException>(Failure(ref lease, use, offset, length));
            }
        }

        lease.Dispose();
    }

    // A hole in the mapping shows which calls reach msync: it fails there. Lines of a hole cannot be flushed at all, so
    // where the flush is one of lines only the drain is asked.
    [Theory]
    [InlineData("BYTE", 1, true)]
    [InlineData("CACHE_LINE", 1, true)]
    [InlineData("PAGE", 0, true)]
    [InlineData("PAGE", 1, false)]
    [InlineData("PAGE", 2, true)]
    public void Where_the_flush_syncs_pages_the_deep_drain_has_nothing_left_to_do(string granularity, int use, bool syncs)
    {
        PmemMap map = NewMap(granularity);
        nint start = map.Handle.DangerousGetHandle();
        scoped PmemMapLease lease = map.Lease();
        Assert.Equal(0, Interop.Munmap(start + (2 * PageBytes), PageBytes));
        Assert.Null(Failure(ref lease, Uses[use], 0, 2 * PageBytes));
        Assert.Equal(syncs, Failure(ref lease, Uses[use], PageBytes, PageBytes + 1) is PmemFaultedException);
        Assert.Equal(syncs, map.IsFaulted);

        // The hole may belong to someone else by now, so the handle must not release it.
        map.Handle.SetHandleAsInvalid();
        lease.Dispose();
        Assert.Equal(0, Interop.Munmap(start, 2 * PageBytes));
    }

    [Fact]
    public void Nothing_stands_behind_anonymous_memory()
    {
        using PmemSource source = PmemSource.Anonymous(PageBytes);
        using PmemMap map = PmemMap.Map(source);
        scoped PmemMapLease lease = map.Lease();
        foreach (RangeUse use in Uses)
        {
            Assert.IsType<NotSupportedException>(Failure(ref lease, use, 0, 1));
            Assert.IsType<ArgumentOutOfRangeException>(Failure(ref lease, use, 0, PageBytes + 1));
        }

        lease.Dispose();
    }

    [Theory]
    [InlineData(StoreGranularity.CacheLine)]
    [InlineData(StoreGranularity.Byte)]
    public void A_device_is_flushed_through_its_region_once_for_each_deep_drain(StoreGranularity granularity)
    {
        int writes = 0;
        using PmemMap map = Device(granularity, () => writes++);
        using scoped PmemMapLease lease = map.Lease();
        lease.Persist(0, 64);
        lease.DeepFlush(0, 64);
        Assert.Equal(0, writes);
        lease.DeepDrain(0, 64);
        lease.DeepPersist(0, 0);
        Assert.Equal(2, writes);
    }

    [Fact]
    public void A_device_whose_region_is_not_known_cannot_be_flushed_deeply()
    {
        using PmemMap map = Device(StoreGranularity.CacheLine, flushRegion: null);
        scoped PmemMapLease lease = map.Lease();
        Assert.IsType<NotSupportedException>(Failure(ref lease, Uses[1], 0, 1));
        Assert.False(map.IsFaulted);
        lease.Dispose();
    }

    [Fact]
    public void A_region_that_refuses_ends_the_trust_in_the_map()
    {
        var cause = new PmemIOException("flush", "region0", Errno.InputOutput, "Replace it.");
        using PmemMap map = Device(StoreGranularity.CacheLine, () => throw cause);
        scoped PmemMapLease lease = map.Lease();
        var failure = Assert.IsType<PmemFaultedException>(Failure(ref lease, Uses[1], 0, 1));
        Assert.Same(cause, failure.InnerException);
        Assert.True(map.IsFaulted);
        Assert.IsType<PmemFaultedException>(Failure(ref lease, Uses[0], 0, 1));
        lease.Dispose();
    }

    private static Exception? Failure(ref PmemMapLease lease, RangeUse use, long offset, long lengthBytes)
    {
        try
        {
            use(ref lease, offset, lengthBytes);
            return null;
        }
        catch (Exception exception)
        {
            return exception;
        }
    }

    private static PmemMap Device(StoreGranularity granularity, Action? flushRegion)
    {
        var request = new Native.MapRequest(null, 0, PageBytes, (int)(MapProtection.Read | MapProtection.Write), IsPrivate: true);
        Native.SafeMapHandle memory = Native.SafeMapHandle.Map(request, out _, out _)!;
        MediumDurability durability = MapGranularity.OfExisting(granularity);
        return new PmemMap(memory, "device", PmemSourceKind.DeviceDax, MapProtection.Read | MapProtection.Write, durability)
        {
            FlushRegion = flushRegion,
        };
    }

    private PmemMap NewMap(string granularity)
    {
        File.WriteAllBytes(PathOfFile, new byte[3 * PageBytes]);
        using PmemSource source = PmemSource.Open(
            PathOfFile, platform: ForcedPlatform.With(PmemPlatform.ForceGranularityVariable, granularity));
        return PmemMap.Map(source);
    }
}
