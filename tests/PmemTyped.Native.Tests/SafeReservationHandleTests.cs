using PmemTyped.Native.Linux;

namespace PmemTyped.Native.Tests;

/// <summary>What the layer above never does, and the garbage collector may: an area goes before the maps in it.</summary>
public sealed class SafeReservationHandleTests
{
    private const long PageBytes = 4096;

    [Fact]
    public void An_area_that_goes_first_leaves_the_maps_in_it_which_go_for_good_later()
    {
        SafeReservationHandle area = SafeReservationHandle.Reserve(8 * PageBytes, out _)!;
        long start = area.Address;
        SafeMapHandle low = Map(area, PageBytes);
        SafeMapHandle high = Map(area, 4 * PageBytes);
        area.Dispose();
        low.Range.Store32(0, 1);
        high.Range.Store32(2048, 2);
        Assert.Equal((1u, 2u), (low.Range.LoadAtomic<uint>(0), high.Range.LoadAtomic<uint>(2048)));

        // The gaps are free, the maps are not.
        foreach ((long page, bool isFree) in ((long, bool)[])[(0, true), (1, false), (2, true), (3, true), (4, false), (5, true)])
        {
            Assert.Equal(isFree, IsFree(start + (page * PageBytes)));
        }

        low.Dispose();
        high.Dispose();
        Assert.True(IsFree(start + PageBytes));
        Assert.True(IsFree(start + (4 * PageBytes)));
    }

    [Fact]
    public void Shrinking_gives_back_what_was_taken_beyond_the_end()
    {
        using SafeReservationHandle area = SafeReservationHandle.Reserve(8 * PageBytes, out _)!;
        Assert.False(IsFree(area.Address + (8 * PageBytes)));
        Assert.Equal(Errno.None, area.CutTail(PageBytes));
        Assert.True(IsFree(area.Address + (7 * PageBytes)));
        Assert.True(IsFree(area.Address + (8 * PageBytes)));
        Assert.Equal(Errno.None, area.CutHead(PageBytes));
        Assert.True(IsFree(area.Address - PageBytes));
        Assert.Equal(6 * PageBytes, area.LengthBytes);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void An_area_has_room_where_a_map_was_unmapped_behind_its_back(bool isExtended)
    {
        SafeReservationHandle first = SafeReservationHandle.Reserve(8 * PageBytes, out _)!;
        long start = first.Address;
        SafeMapHandle lost = Map(first, 4 * PageBytes);
        lost.SetHandleAsInvalid();
        first.SetHandleAsInvalid();
        Assert.Equal(Errno.None, Placeholder.Release((nint)start, 2 << 20));

        long firstBytes = (isExtended ? 4 : 8) * PageBytes;
        using SafeReservationHandle area = SafeReservationHandle.ReserveAt(start, firstBytes, out int error)!;
        Assert.Equal(Errno.None, error);
        if (isExtended)
        {
            Assert.Equal(Errno.None, area.Extend(4 * PageBytes));
        }

        using SafeMapHandle map = Map(area, 4 * PageBytes);
        map.Range.Store32(0, 1);
        Assert.Equal(1u, map.Range.LoadAtomic<uint>(0));
    }

    private static SafeMapHandle Map(SafeReservationHandle area, long offset) =>
        SafeMapHandle.MapInside(area, offset, MappedFile.RequestFor(null, PageBytes), out _, out _)!;

    private static bool IsFree(long address)
    {
        nint taken = Placeholder.TakeAt((nint)address, PageBytes, out _);
        return taken != -1 && Placeholder.Release(taken, PageBytes) == Errno.None;
    }
}
