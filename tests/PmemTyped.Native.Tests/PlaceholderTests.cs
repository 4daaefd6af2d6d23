using PmemTyped.Native.Linux;

namespace PmemTyped.Native.Tests;

/// <summary>A place is held from the choice of the address until it is given back.</summary>
public sealed class PlaceholderTests
{
    private const long TwoMiB = 2L << 20;
    private const long GiB = 1L << 30;

    [Theory]
    [InlineData(1, TwoMiB)]
    [InlineData(TwoMiB, TwoMiB)]
    [InlineData((2 * GiB) - 4096, TwoMiB)]
    [InlineData(2 * GiB, GiB)]
    [InlineData(long.MaxValue, GiB)]
    public void From_two_gibibytes_on_a_place_is_aligned_to_one(long lengthBytes, long alignment) =>
        Assert.Equal(alignment, Placeholder.AlignmentFor(lengthBytes));

    [Theory]
    [InlineData(4096, TwoMiB)]
    [InlineData(TwoMiB, TwoMiB)]
    [InlineData(2 * GiB, GiB)]
    [InlineData(4096, 4 * GiB)]
    public void A_taken_place_is_aligned_exactly_as_long_as_asked_and_inaccessible(long lengthBytes, long alignment)
    {
        nint place = Placeholder.Take(lengthBytes, alignment, out int error);
        Assert.Equal((0, Errno.None), (place % alignment, error));
        Assert.Equal(["---p"], Permissions(place, lengthBytes));
        Assert.Equal(-1, Placeholder.TakeAt(place, lengthBytes, out error));
        Assert.Equal(Errno.Exists, error);

        Assert.Equal(Errno.None, Placeholder.Release(place, lengthBytes));
        Assert.Equal(place, Placeholder.TakeAt(place, lengthBytes, out _));
        Assert.Equal(Errno.None, Placeholder.Release(place, lengthBytes));
    }

    [Theory]
    [InlineData(long.MaxValue, TwoMiB)]
    [InlineData(1L << 60, TwoMiB)]
    public void More_than_the_address_space_is_refused(long lengthBytes, long alignment)
    {
        Assert.Equal(-1, Placeholder.Take(lengthBytes, alignment, out int error));
        Assert.Equal(Errno.NoMemory, error);
        Assert.Equal(-1, Placeholder.TakeFrom(0, lengthBytes, alignment, out error));
        Assert.Equal(Errno.NoMemory, error);
    }

    [Fact]
    public void A_place_is_restored_after_a_failed_map_only_where_nothing_is()
    {
        nint place = Placeholder.Take(TwoMiB, TwoMiB, out _);
        using var file = MappedFile.Create(4096);
        file.Range.Store32(0, 0x1234_5678);
        Placeholder.RestoreIfEmpty(file.Handle.DangerousGetHandle(), 4096);
        Assert.Equal(0x1234_5678u, file.Range.LoadAtomic<uint>(0));

        Assert.Equal(Errno.None, Placeholder.Release(place, TwoMiB));
        Placeholder.RestoreIfEmpty(place, TwoMiB);
        Assert.Equal(["---p"], Permissions(place, TwoMiB));
        Assert.Equal(Errno.None, Placeholder.Release(place, TwoMiB));
    }

    [Fact]
    public void From_a_hint_on_places_follow_each_other()
    {
        const long Hint = 0x200_0000_0000;
        nint first = Placeholder.TakeFrom(Hint, 4096, TwoMiB, out _);
        nint second = Placeholder.TakeFrom(Hint, 4096, TwoMiB, out _);
        Assert.Equal((Hint, Hint + TwoMiB), ((long)first, (long)second));
        Assert.Equal((Errno.None, Errno.None), (Placeholder.Release(first, 4096), Placeholder.Release(second, 4096)));
    }

    // A line reads "start-end permissions ...".
    private static string[] Permissions(nint start, long lengthBytes) =>
    [
        .. File.ReadLines("/proc/self/maps")
            .Select(line => (Range: line.Split(' ')[0].Split('-'), Permissions: line.Split(' ')[1]))
            .Where(l => Address(l.Range[0]) < (ulong)(start + lengthBytes) && Address(l.Range[1]) > (ulong)start)
            .Select(l => l.Permissions),
    ];

    private static ulong Address(string hexadecimal) => Convert.ToUInt64(hexadecimal, 16);
}
