using PmemTyped.Testing;

namespace PmemTyped.Mapping.Tests;

/// <summary>Address space that is kept free: its size, its place, growing, shrinking and splitting.</summary>
public sealed class VmReservationTests : IDisposable
{
    private const long PageBytes = 4096;
    private const long TwoMiB = 2L << 20;
    private const long GiB = 1L << 30;
    private const long FarAddress = 0x320_0000_0000;
    private readonly ReservedFile _file = new();

    public void Dispose() => _file.Dispose();

    [Theory]
    [InlineData(PageBytes, TwoMiB)]
    [InlineData(TwoMiB + PageBytes, TwoMiB)]
    [InlineData(2 * GiB, GiB)]
    public void A_reservation_is_aligned_inaccessible_and_given_back_whole(long lengthBytes, long alignment)
    {
        var reservation = VmReservation.Create(lengthBytes);
        long address = reservation.Address;
        Assert.Equal((0, lengthBytes), (address % alignment, reservation.LengthBytes));
        Assert.Throws<InvalidOperationException>(() => VmReservation.Create(PageBytes, address));
        reservation.Dispose();
        reservation.Dispose();

        // What was taken for the sake of alignment is gone too.
        long padded = (lengthBytes + alignment - 1) / alignment * alignment;
        using var again = VmReservation.Create(padded, address);
        Assert.Equal(address, again.Address);
    }

    [Fact]
    public void A_given_address_is_used_exactly_or_refused()
    {
        using var reservation = VmReservation.Create(2 * PageBytes, FarAddress + PageBytes);
        Assert.Equal(FarAddress + PageBytes, reservation.Address);
        Assert.Throws<InvalidOperationException>(() => VmReservation.Create(2 * PageBytes, FarAddress));
        Assert.Throws<InvalidOperationException>(() => VmReservation.Create(PageBytes, FarAddress + (2 * PageBytes)));
        using var below = VmReservation.Create(PageBytes, FarAddress);
        using var above = VmReservation.Create(PageBytes, FarAddress + (3 * PageBytes));
    }

    [Fact]
    public void An_address_where_a_map_is_is_refused()
    {
        using PmemMap map = _file.Map();
        Assert.Throws<InvalidOperationException>(() => VmReservation.Create(PageBytes, map.Address));
        Assert.Throws<InvalidOperationException>(() => VmReservation.Create(2 * PageBytes, map.Address - PageBytes));
        Assert.Throws<InvalidOperationException>(
            () => VmReservation.Create(2 * PageBytes, map.Address + ReservedFile.SizeBytes - PageBytes));
    }

    [Fact]
    public void Sizes_and_addresses_that_are_no_whole_pages_are_refused()
    {
        Assert.Throws<ArgumentException>(() => VmReservation.Create(PageBytes + 1));
        Assert.Throws<ArgumentException>(() => VmReservation.Create(PageBytes, FarAddress + 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => VmReservation.Create(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => VmReservation.Create(-PageBytes));
        Assert.Throws<ArgumentOutOfRangeException>(() => VmReservation.Create(PageBytes, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => VmReservation.Create(PageBytes, -PageBytes));
        Assert.Throws<PmemIOException>(() => VmReservation.Create(1L << 60));
        Assert.Throws<PmemIOException>(() => VmReservation.Create(long.MaxValue & -PageBytes));
        Assert.Throws<PmemIOException>(() => VmReservation.Create(1L << 60, FarAddress));
    }

    [Fact]
    public void A_reservation_grows_until_something_is_behind_it()
    {
        using var reservation = VmReservation.Create(PageBytes, FarAddress);
        using var obstacle = VmReservation.Create(PageBytes, FarAddress + (4 * PageBytes));
        reservation.Extend(0);
        reservation.Extend(2 * PageBytes);
        Assert.Equal((FarAddress, 3 * PageBytes), (reservation.Address, reservation.LengthBytes));
        Assert.Throws<InvalidOperationException>(() => reservation.Extend(2 * PageBytes));
        Assert.Throws<ArgumentException>(() => reservation.Extend(1));
        Assert.Throws<ArgumentOutOfRangeException>(() => reservation.Extend(-PageBytes));
        Assert.Throws<PmemIOException>(() => reservation.Extend(long.MaxValue & -PageBytes));
        Assert.Equal(3 * PageBytes, reservation.LengthBytes);
        reservation.Extend(PageBytes);
        using PmemMap map = _file.Map(reservation, 2 * PageBytes);
        Assert.Equal(FarAddress + (2 * PageBytes), map.Address);
    }

    [Fact]
    public void Padding_of_an_aligned_reservation_is_used_before_new_space()
    {
        using var reservation = VmReservation.Create(PageBytes);
        reservation.Extend(TwoMiB - PageBytes);
        Assert.Equal(TwoMiB, reservation.LengthBytes);
        using PmemMap map = _file.Map(reservation, TwoMiB - ReservedFile.SizeBytes);
    }

    [Theory]
    [InlineData(1, PageBytes, typeof(ArgumentException))]
    [InlineData(PageBytes, 1, typeof(ArgumentException))]
    [InlineData(-PageBytes, PageBytes, typeof(ArgumentOutOfRangeException))]
    [InlineData(8 * PageBytes, 1, typeof(ArgumentException))]
    [InlineData(8 * PageBytes, PageBytes, typeof(ArgumentOutOfRangeException))]
    [InlineData(0, 0, typeof(ArgumentOutOfRangeException))]
    [InlineData(0, 9 * PageBytes, typeof(ArgumentOutOfRangeException))]
    [InlineData(PageBytes, 8 * PageBytes, typeof(ArgumentOutOfRangeException))]
    [InlineData(PageBytes, long.MaxValue & -PageBytes, typeof(ArgumentOutOfRangeException))]
    [InlineData(PageBytes, PageBytes, typeof(NotSupportedException))]
    [InlineData(0, 8 * PageBytes, typeof(NotSupportedException))]
    [InlineData(0, 3 * PageBytes, typeof(InvalidOperationException))]
    [InlineData(3 * PageBytes, 5 * PageBytes, typeof(InvalidOperationException))]
    public void A_part_that_cannot_be_given_back_is_refused_and_nothing_changes(long offset, long lengthBytes, Type refusal)
    {
        using var reservation = VmReservation.Create(8 * PageBytes, FarAddress);
        using (PmemMap map = _file.Map(reservation, 2 * PageBytes))
        {
            Assert.Equal(refusal, Record.Exception(() => reservation.Shrink(offset, lengthBytes))?.GetType());
            Assert.Equal((FarAddress, 8 * PageBytes), (reservation.Address, reservation.LengthBytes));
        }
    }

    [Fact]
    public void Head_and_tail_are_given_back_at_once()
    {
        using var reservation = VmReservation.Create(8 * PageBytes, FarAddress);
        using PmemMap map = _file.Map(reservation, 3 * PageBytes);
        reservation.Shrink(0, 2 * PageBytes);
        Assert.Equal((FarAddress + (2 * PageBytes), 6 * PageBytes), (reservation.Address, reservation.LengthBytes));
        using var head = VmReservation.Create(2 * PageBytes, FarAddress);
        reservation.Shrink(4 * PageBytes, 2 * PageBytes);
        Assert.Equal((FarAddress + (2 * PageBytes), 4 * PageBytes), (reservation.Address, reservation.LengthBytes));
        using var tail = VmReservation.Create(2 * PageBytes, FarAddress + (6 * PageBytes));
        Assert.Same(map, reservation.FindMap(PageBytes, 1));
        Assert.Throws<InvalidOperationException>(() => reservation.Extend(PageBytes));
        map.Dispose();
    }

    [Fact]
    public void A_split_gives_each_part_its_maps_and_its_own_end()
    {
        var first = VmReservation.Create(8 * PageBytes, FarAddress);
        PmemMap low = _file.Map(first, 0);
        PmemMap high = _file.Map(first, 6 * PageBytes);
        Assert.Throws<InvalidOperationException>(() => first.Split(PageBytes));
        Assert.Throws<InvalidOperationException>(() => first.Split(7 * PageBytes));
        Assert.Throws<ArgumentException>(() => first.Split(1));
        Assert.Throws<ArgumentOutOfRangeException>(() => first.Split(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => first.Split(8 * PageBytes));
        Assert.Throws<ArgumentOutOfRangeException>(() => first.Split(-PageBytes));

        VmReservation second = first.Split(4 * PageBytes);
        Assert.Equal((FarAddress, 4 * PageBytes), (first.Address, first.LengthBytes));
        Assert.Equal((FarAddress + (4 * PageBytes), 4 * PageBytes), (second.Address, second.LengthBytes));
        Assert.Same(low, first.LastMap());
        Assert.Same(high, second.FirstMap());
        Assert.Same(second, high.Reservation);
        Assert.Throws<InvalidOperationException>(second.Dispose);

        // The hole of a map goes to the part that it lies in, and each part is given back alone.
        high.Dispose();
        Assert.Throws<InvalidOperationException>(() => VmReservation.Create(PageBytes, FarAddress + (6 * PageBytes)));
        second.Dispose();
        using var again = VmReservation.Create(4 * PageBytes, FarAddress + (4 * PageBytes));
        Assert.Throws<InvalidOperationException>(first.Dispose);
        low.Dispose();
        first.Dispose();
    }

    [Fact]
    public void A_split_at_the_edge_of_a_map_is_fine()
    {
        using var first = VmReservation.Create(4 * PageBytes, FarAddress);
        using PmemMap map = _file.Map(first, 0);
        using VmReservation second = first.Split(ReservedFile.SizeBytes);
        using PmemMap neighbour = _file.Map(second, 0);
        Assert.Equal(map.Address + ReservedFile.SizeBytes, neighbour.Address);

        // In this order, because a reservation with a map inside cannot be disposed.
        neighbour.Dispose();
        map.Dispose();
    }

    [Fact]
    public void After_dispose_everything_is_refused()
    {
        var reservation = VmReservation.Create(PageBytes);
        PmemMap map = _file.Map();
        reservation.Dispose();
        Action[] uses =
        [
            () => reservation.Extend(0),
            () => reservation.Shrink(0, PageBytes),
            () => reservation.Split(PageBytes),
            () => reservation.FindMap(0, 1),
            () => reservation.FirstMap(),
            () => reservation.LastMap(),
            () => reservation.NextMap(map),
            () => reservation.PreviousMap(map),
            () => _file.Map(reservation, 0),
        ];
        Assert.All(uses, use => Assert.Throws<ObjectDisposedException>(use));
        map.Dispose();
    }
}
