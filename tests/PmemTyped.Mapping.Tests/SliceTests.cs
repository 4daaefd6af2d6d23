using PmemTyped.Native.Linux;
using PmemTyped.Testing;

namespace PmemTyped.Mapping.Tests;

/// <summary>A slice shares memory and fault with its whole, and the last one out gives the memory back.</summary>
public sealed class SliceTests : IDisposable
{
    private const int PageBytes = 4096;
    private readonly TempDirectory _directory = TempDirectory.Create();

    private string PathOfFile => _directory.File("sliced");

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void Whole_and_slices_are_disposed_in_any_order(int first)
    {
        PmemMap whole = NewMap();
        PmemMap slice = whole.Slice(64, 8000);
        PmemMap part = slice.Slice(128, 100);
        PmemMap[] maps = [whole, slice, part];
        Assert.Equal((64, 192, 100), (slice.Address - whole.Address, part.Address - whole.Address, part.LengthBytes));
        using (scoped PmemMapLease lease = part.Lease())
        {
            lease.Copy(99, [3]);
        }

        for (int i = 0; i < maps.Length; i++)
        {
            Assert.True(IsMapped());
            maps[(first + i) % maps.Length].Dispose();
        }

        Assert.False(IsMapped());
        Assert.Equal(3, File.ReadAllBytes(PathOfFile)[64 + 128 + 99]);
        Assert.Throws<ObjectDisposedException>(() => { using scoped PmemMapLease lease = slice.Lease(); });
        Assert.Throws<ObjectDisposedException>(() => slice.Slice(0, 1));
    }

    [Fact]
    public void A_lease_of_a_slice_keeps_the_memory_when_all_maps_are_disposed()
    {
        PmemMap whole = NewMap();
        PmemMap slice = whole.Slice(PageBytes, PageBytes);
        scoped PmemMapLease lease = slice.Lease();
        slice.Dispose();
        whole.Dispose();
        lease.Copy(0, [1]);
        Assert.True(IsMapped());
        lease.Dispose();
        Assert.False(IsMapped());
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(0, -1)]
    [InlineData(-64, 64)]
    [InlineData(0, (3 * PageBytes) + 1)]
    [InlineData(64, 3 * PageBytes)]
    [InlineData(3 * PageBytes, 1)]
    [InlineData(64, long.MaxValue)]
    [InlineData(long.MinValue, long.MaxValue)]
    public void A_slice_that_is_empty_or_not_inside_is_refused(long offset, long lengthBytes)
    {
        using PmemMap whole = NewMap();
        Assert.Throws<ArgumentOutOfRangeException>(() => whole.Slice(offset, lengthBytes));
    }

    [Fact]
    public void A_slice_that_would_move_objects_off_their_alignment_is_refused()
    {
        using PmemMap whole = NewMap();
        Assert.Throws<ArgumentException>(() => whole.Slice(8, 64));
    }

    [Fact]
    public void A_slice_has_bounds_of_its_own()
    {
        using PmemMap whole = NewMap();
        using PmemMap slice = whole.Slice(PageBytes, 100);
        MapMedium medium = slice.DangerousGetMedium();
        medium.Persist(0, 100, default);
        Assert.Throws<ArgumentOutOfRangeException>(() => medium.Persist(0, 101, default));
        Assert.Throws<ArgumentOutOfRangeException>(() => medium.Persist(100, 1, default));
        Assert.Throws<ArgumentOutOfRangeException>(() => medium.Flush(long.MaxValue, long.MaxValue, default));
        Assert.Throws<ArgumentOutOfRangeException>(() => medium.Flush(-1, 1, default));
    }

    [Fact]
    public void What_describes_the_whole_describes_the_slice()
    {
        using PmemMap whole = NewMap();
        using PmemMap slice = whole.Slice(64, 64);
        Assert.Equal(
            (whole.Path, whole.Protection, whole.Durability, whole.Granularity, whole.IsPersistentMemory),
            (slice.Path, slice.Protection, slice.Durability, slice.Granularity, slice.IsPersistentMemory));
    }

    [PageGranularFact]
    public void A_failed_flush_of_a_slice_ends_the_trust_in_whole_and_other_slices()
    {
        PmemMap whole = NewMap();
        PmemMap failing = whole.Slice(PageBytes, PageBytes);
        PmemMap other = whole.Slice(0, 64);
        MapMedium medium = failing.DangerousGetMedium();
        nint start = whole.Handle.DangerousGetHandle();
        Assert.Equal(0, Interop.Munmap(start + PageBytes, PageBytes));
        Assert.Throws<PmemFaultedException>(() => medium.Flush(0, 1, default));
        Assert.Equal((true, true, true), (whole.IsFaulted, failing.IsFaulted, other.IsFaulted));
        Assert.Throws<PmemFaultedException>(() => { using scoped PmemMapLease lease = other.Lease(); });

        // The hole may belong to someone else by now, so the handle must not release it.
        whole.Handle.SetHandleAsInvalid();
        Assert.Equal(0, Interop.Munmap(start, PageBytes));
        Assert.Equal(0, Interop.Munmap(start + (2 * PageBytes), PageBytes));
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
