using PmemTyped.Mapping;
using static PmemTyped.Sets.Tests.PartSets.SetBench;

namespace PmemTyped.Sets.Tests.PartSets;

/// <summary>Parts: where they lie, how they are found, held, extended and removed (sets specification, sections 6 and 7).</summary>
public sealed class SetPartTests : IDisposable
{
    private readonly SetBench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Fact]
    public void Parts_are_visited_in_address_order_and_found_by_any_address()
    {
        PmemSet set = _bench.NewSet();
        PmemSetDescriptor small = set.Map(_bench.Source(Unit));
        PmemSetDescriptor large = set.Map(_bench.Source(2 * Unit));
        PmemSetDescriptor[] parts = PartsOf(set);
        Assert.Equal(new[] { small, large }.OrderBy(p => p.Address), parts);
        using PmemSetPartMap found = set.PartAt(large.Address + large.LengthBytes - 1);
        Assert.Equal(large, found.Descriptor);
        Refused(PmemSetError.CannotFindPartMap, () => set.PartAt(parts[^1].Address + parts[^1].LengthBytes));
    }

    [Fact]
    public void A_part_that_somebody_else_holds_cannot_be_removed()
    {
        PmemSet set = _bench.NewSet();
        long address = set.Map(_bench.Source(Unit)).Address;
        PmemSetPartMap mine = set.PartAt(address);
        PmemSetPartMap other = set.FirstPart()!;
        Refused(PmemSetError.PartMapPossibleUseAfterDrop, () => set.Remove(mine));
        Refused(PmemSetError.PartMapPossibleUseAfterDrop, () => set.RemoveRange(address, 1));
        other.Dispose();
        other.Dispose();
        set.Remove(mine);
        Assert.Null(set.FirstPart());
        Refused(PmemSetError.PartNotFound, () => set.Remove(mine));
        Assert.Throws<ObjectDisposedException>(() => mine.Lease().Dispose());
    }

    [Fact]
    public void A_lease_keeps_the_bytes_of_a_removed_part()
    {
        PmemSet set = _bench.NewSet();
        PmemSetDescriptor part = set.Map(_bench.Source(Unit));
        using (PmemSetLease lease = set.Lease())
        {
            lease.Fill(part.Address, 8, 7);
            Remove(set, part.Address);
            Assert.Equal(7, lease.Window(part.Address, 8)[7]);
            Assert.Empty(PartsOf(set));
            Assert.Equal(1, _bench.CountMapped());
        }

        Assert.Equal(0, _bench.CountMapped());
    }

    // A snapshot between the lease and a removal must not let the memory go early.
    [Fact]
    public void A_lease_keeps_parts_that_are_removed_after_other_changes()
    {
        VmReservation space = _bench.Own(VmReservation.Create(4 * Unit));
        PmemSet set = _bench.NewSet(Config with { Reservation = space });
        set.Map(_bench.Source(Unit));
        set.Map(_bench.Source(Unit));
        using (PmemSetLease older = set.Lease())
        {
            Remove(set, space.Address);
            using (PmemSetLease newer = set.Lease())
            {
                set.Map(_bench.Source(Unit));
            }

            Remove(set, space.Address + Unit);
            Assert.False(space.IsFree(0, Unit));
            Assert.False(space.IsFree(Unit, Unit));
        }

        Assert.True(space.IsFree(0, 2 * Unit));
        Assert.Single(PartsOf(set));
    }

    [Fact]
    public void Full_coalescing_makes_one_part_whose_holders_see_it_grow()
    {
        (PmemSet set, long address) = _bench.Coalesced(1);
        using PmemSetPartMap held = set.FirstPart()!;
        Assert.Equal(new PmemSetDescriptor(address, 2 * Unit), set.Map(_bench.Source(Unit)));
        Assert.Equal(2 * Unit, held.Descriptor.LengthBytes);
        using scoped PmemMapLease lease = held.Lease();
        lease.Copy(Unit - 2, [1, 2, 3, 4]);
        Assert.Equal([1, 2, 3, 4], lease.Window(Unit - 2, 4).ToArray());
        Assert.Single(PartsOf(set));
    }

    [Theory]
    [InlineData(PartCoalescing.Opportunistic)]
    [InlineData(PartCoalescing.Full)]
    public void Without_a_reservation_a_part_grows_into_the_space_behind_it(PartCoalescing coalescing)
    {
        PmemSet set = _bench.NewSet();
        set.Coalescing = coalescing;
        PmemSetSource source = _bench.Temporary();
        PmemSetDescriptor first = set.Map(source, Range(0, Unit));
        Assert.Equal(new PmemSetDescriptor(first.Address, 2 * Unit), set.Map(source, Range(Unit, Unit)));
        Remove(set, first.Address);
        Assert.Empty(PartsOf(set));
    }

    [Fact]
    public void Opportunistic_coalescing_gives_up_where_the_place_is_taken()
    {
        VmReservation space = _bench.Own(VmReservation.Create(4 * Unit));
        PmemSet set = _bench.NewSet(Config with { Reservation = space });
        set.Coalescing = PartCoalescing.Opportunistic;
        set.Map(_bench.Source(Unit));
        using PmemMap taken = PmemMap.Map(
            _bench.Own(PmemSource.Open(_bench.NewFile(Unit))),
            new PmemMapConfig { Reservation = space, ReservationOffsetBytes = Unit });
        Assert.Equal(new PmemSetDescriptor(space.Address + (2 * Unit), Unit), set.Map(_bench.Source(Unit)));
        Assert.Equal(new PmemSetDescriptor(space.Address + (2 * Unit), 2 * Unit), set.Map(_bench.Source(Unit)));
    }

    [Fact]
    public void Full_coalescing_past_the_end_of_the_reservation_is_refused_and_changes_nothing()
    {
        VmReservation space = _bench.Own(VmReservation.Create(2 * Unit));
        PmemSet set = _bench.NewSet(Config with { Reservation = space });
        set.Coalescing = PartCoalescing.Full;
        set.Map(_bench.Source(Unit));
        PmemSetDescriptor[] before = PartsOf(set);
        Refused(PmemSetError.InvalidPmem2Map, () => set.Map(_bench.Source(2 * Unit)));
        Assert.Equal(before, PartsOf(set));
        set.Coalescing = PartCoalescing.Opportunistic;
        Refused(PmemSetError.CannotFitPartMap, () => set.Map(_bench.Source(2 * Unit)));
    }

    [Fact]
    public void A_reservation_of_the_config_takes_parts_in_its_lowest_gaps_and_stays_as_it_is()
    {
        VmReservation space = _bench.Own(VmReservation.Create(3 * Unit));
        (long address, long length) = (space.Address, space.LengthBytes);
        PmemSet set = _bench.NewSet(Config with { Reservation = space });
        for (int i = 0; i < 6; i++)
        {
            Assert.Equal(address + (i * Unit / 2), set.Map(_bench.Source(Unit / 2)).Address);
        }

        for (int i = 0; i < 6; i += 2)
        {
            Remove(set, address + (i * Unit / 2));
        }

        Refused(PmemSetError.CannotFitPartMap, () => set.Map(_bench.Source(Unit)));
        Assert.Equal(address, set.Map(_bench.Source(Unit / 2)).Address);
        set.Dispose();
        Assert.Equal((address, length), (space.Address, space.LengthBytes));
        Assert.Null(space.FirstMap());
    }

    // The worked example of the specification.
    [Fact]
    public void Removing_ranges_splits_a_part_and_each_half_can_be_removed()
    {
        (PmemSet set, long a) = _bench.Coalesced(5);
        Assert.Equal(1, set.RemoveRange(a + Unit, Unit));
        Assert.Equal([new(a, Unit), new(a + (2 * Unit), 3 * Unit)], PartsOf(set));
        set.RemoveRange(a + (3 * Unit), Unit);
        Assert.Equal([new(a, Unit), new(a + (2 * Unit), Unit), new(a + (4 * Unit), Unit)], PartsOf(set));
        foreach (PmemSetDescriptor part in PartsOf(set))
        {
            Remove(set, part.Address);
        }

        Assert.Empty(PartsOf(set));
    }

    // In the reference a part that does not begin where the reservation does is cut to size 0, or loses its tail.
    [Theory]
    [InlineData(1, 1, 2, 2)]
    [InlineData(2, 1, 3, 1)]
    [InlineData(3, 1, 2, 2)]
    public void A_part_in_the_middle_of_a_reservation_is_cut_where_it_was_asked_for(int from, int count, int parts, int pieces)
    {
        VmReservation space = _bench.Own(VmReservation.Create(8 * Unit));
        PmemSet set = _bench.NewSet(Config with { Reservation = space });
        set.Map(_bench.Source(Unit));
        set.Map(_bench.Source(Unit));
        set.Coalescing = PartCoalescing.Full;
        set.Map(_bench.Source(Unit));
        set.Map(_bench.Source(Unit));
        Assert.Equal(2, PartsOf(set).Length);
        set.RemoveRange(space.Address + (from * Unit), count * Unit);
        Assert.Equal(parts, PartsOf(set).Length);
        Assert.Equal(pieces * Unit, PartsOf(set)[^1].LengthBytes);
        set.RemoveRange(space.Address, 8 * Unit);
        Assert.Empty(PartsOf(set));
        Assert.True(space.IsFree(0, 8 * Unit));
    }

    [Fact]
    public void One_byte_removes_its_whole_map_and_no_byte_removes_nothing()
    {
        (PmemSet set, long a) = _bench.Coalesced(3);
        Assert.Equal(0, set.RemoveRange(a + Unit, 0));
        Assert.Equal(1, set.RemoveRange(a + Unit + 5, 1));
        Assert.Equal([new(a, Unit), new(a + (2 * Unit), Unit)], PartsOf(set));
        Assert.Equal(0, set.RemoveRange(a + Unit, Unit));
    }

    [Fact]
    public void A_range_is_removed_completely_or_not_at_all()
    {
        PmemSet set = _bench.NewSet(Config with { Reservation = _bench.Own(VmReservation.Create(2 * Unit)) });
        long a = set.Map(_bench.Source(Unit)).Address;
        set.Map(_bench.Source(Unit));
        using PmemSetPartMap held = set.PartAt(a + Unit);
        Refused(PmemSetError.PartMapPossibleUseAfterDrop, () => set.RemoveRange(a, 2 * Unit));
        Assert.Equal(2, PartsOf(set).Length);
    }

    [Fact]
    public void The_previous_part_is_the_lower_neighbour_of_a_removed_one()
    {
        VmReservation space = _bench.Own(VmReservation.Create(8 * Unit));
        PmemSet set = _bench.NewSet(Config with { Reservation = space });
        set.Map(_bench.Source(Unit));
        set.Map(_bench.Source(Unit));
        set.Map(_bench.Source(Unit));
        Remove(set, space.Address + (2 * Unit));
        set.Coalescing = PartCoalescing.Full;
        Assert.Equal(new PmemSetDescriptor(space.Address + Unit, 2 * Unit), set.Map(_bench.Source(Unit)));
        set.RemoveRange(space.Address + Unit, 2 * Unit);
        Assert.Equal(new PmemSetDescriptor(space.Address, 2 * Unit), set.Map(_bench.Source(Unit)));
    }

    [Fact]
    public void Address_space_of_its_own_follows_the_parts()
    {
        PmemSet set = _bench.NewSet();
        set.Coalescing = PartCoalescing.Full;
        PmemSetSource source = _bench.Temporary();
        long a = set.Map(source, Range(0, Unit)).Address;
        for (int i = 1; i < 5; i++)
        {
            set.Map(source, Range(i * Unit, Unit));
        }

        set.RemoveRange(a + (2 * Unit), Unit);
        using (VmReservation hole = VmReservation.Create(Unit, a + (2 * Unit)))
        {
            set.RemoveRange(a, Unit);
            using VmReservation head = VmReservation.Create(Unit, a);
        }

        set.RemoveRange(a, 5 * Unit);
        using VmReservation all = VmReservation.Create(5 * Unit, a);
    }
}
