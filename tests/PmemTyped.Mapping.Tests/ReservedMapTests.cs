namespace PmemTyped.Mapping.Tests;

/// <summary>Maps inside a reservation: where they may lie, how they are found, and what stays when they leave.</summary>
public sealed class ReservedMapTests : IDisposable
{
    private const long PageBytes = 4096;
    private readonly ReservedFile _file = new();
    private readonly VmReservation _reservation = VmReservation.Create(8 * PageBytes);

    public void Dispose()
    {
        _reservation.Dispose();
        _file.Dispose();
    }

    [Theory]
    [InlineData(0, 0, 2 * PageBytes)]
    [InlineData(0, PageBytes, PageBytes)]
    [InlineData(3 * PageBytes, 0, 2 * PageBytes)]
    [InlineData(6 * PageBytes, 0, 2 * PageBytes)]
    [InlineData(7 * PageBytes, PageBytes, PageBytes)]
    public void A_map_lies_where_it_was_asked_for_and_stores_reach_the_file(long offset, long length, long expected)
    {
        using PmemMap map = _file.Map(_reservation, offset, length);
        Assert.Equal((_reservation.Address + offset, expected), (map.Address, map.LengthBytes));
        using scoped PmemMapLease lease = map.Lease();
        lease.Copy(expected - 1, [9]);
        Assert.Equal(9, File.ReadAllBytes(_file.Path)[expected - 1]);
    }

    // Rows 9 to 12 of the order of checks.
    [Theory]
    [InlineData(1, 0, typeof(ArgumentException))]
    [InlineData((8 * PageBytes) + 1, 0, typeof(ArgumentException))]
    [InlineData(7 * PageBytes, 0, typeof(ArgumentOutOfRangeException))]
    [InlineData(8 * PageBytes, PageBytes, typeof(ArgumentOutOfRangeException))]
    [InlineData(9 * PageBytes, 0, typeof(ArgumentOutOfRangeException))]
    [InlineData(long.MaxValue & -PageBytes, 0, typeof(ArgumentOutOfRangeException))]
    [InlineData(3 * PageBytes, 0, typeof(InvalidOperationException))]
    [InlineData(3 * PageBytes, PageBytes, typeof(InvalidOperationException))]
    [InlineData(2 * PageBytes, 0, typeof(InvalidOperationException))]
    [InlineData(4 * PageBytes, 0, typeof(InvalidOperationException))]
    public void A_place_that_is_unaligned_outside_or_taken_is_refused(long offset, long length, Type refusal)
    {
        using PmemMap map = _file.Map(_reservation, 3 * PageBytes);
        Assert.Equal(refusal, Record.Exception(() => _file.Map(_reservation, offset, length))?.GetType());
        Assert.Equal(1, _file.CountMapped());
        using PmemMap below = _file.Map(_reservation, PageBytes);
        using PmemMap above = _file.Map(_reservation, 5 * PageBytes);
    }

    [Fact]
    public void The_checks_of_the_source_come_before_those_of_the_reservation()
    {
        var refusal = Assert.Throws<ArgumentException>(() => _file.Map(_reservation, 1, 100));
        Assert.Contains("the length 100", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_reservation_with_a_map_or_a_lease_inside_cannot_be_disposed()
    {
        PmemMap map = _file.Map(_reservation, 0);
        Assert.Throws<InvalidOperationException>(_reservation.Dispose);
        scoped PmemMapLease lease = map.Lease();
        map.Dispose();
        Assert.Throws<InvalidOperationException>(_reservation.Dispose);
        Assert.Throws<InvalidOperationException>(() => _file.Map(_reservation, 0));
        Assert.Null(_reservation.FirstMap());
        lease.Copy(0, [4]);
        lease.Dispose();
        using PmemMap again = _file.Map(_reservation, 0);
        using scoped PmemMapLease reading = again.Lease();
        Assert.Equal(4, reading.Window(0, 1)[0]);
    }

    [Fact]
    public void A_slice_keeps_the_place_of_its_map()
    {
        PmemMap map = _file.Map(_reservation, 0);
        PmemMap slice = map.Slice(PageBytes, 64);
        map.Dispose();
        Assert.Throws<InvalidOperationException>(() => _file.Map(_reservation, 0));
        slice.Dispose();
        _file.Map(_reservation, 0).Dispose();
    }

    [Fact]
    public void A_map_that_leaves_leaves_an_inaccessible_place()
    {
        PmemMap map = _file.Map(_reservation, 2 * PageBytes);
        long address = map.Address;
        map.Dispose();
        Assert.Equal(0, _file.CountMapped());
        string around = File.ReadLines("/proc/self/maps").Single(l => Covers(l, address));
        Assert.Contains(" ---p ", around, StringComparison.Ordinal);
    }

    [Fact]
    public void A_map_that_is_too_coarse_leaves_its_place_free()
    {
        using var coarse = new ReservedFile(ForcedPlatform.Of("0"));
        var config = new PmemMapConfig
        {
            Reservation = _reservation,
            ReservationOffsetBytes = PageBytes,
            RequiredGranularity = StoreGranularity.Byte,
        };
        Assert.Throws<NotSupportedException>(() => PmemMap.Map(coarse.Source, config));
        Assert.Equal(0, coarse.CountMapped());
        string around = File.ReadLines("/proc/self/maps").Single(l => Covers(l, _reservation.Address + PageBytes));
        Assert.Contains(" ---p ", around, StringComparison.Ordinal);
        using PmemMap map = _file.Map(_reservation, PageBytes);
    }

    [Fact]
    public void A_map_that_the_kernel_refuses_leaves_its_place_free()
    {
        using PmemSource readable = PmemSource.Open(_file.Path, writable: false);
        var config = new PmemMapConfig { Reservation = _reservation, ReservationOffsetBytes = PageBytes };
        Assert.Throws<PmemIOException>(() => PmemMap.Map(readable, config));
        using PmemMap map = _file.Map(_reservation, PageBytes);
    }

    [Fact]
    public void Maps_are_found_in_address_order()
    {
        Assert.Null(_reservation.FirstMap());
        Assert.Null(_reservation.LastMap());
        Assert.Null(_reservation.FindMap(0, 8 * PageBytes));
        using PmemMap second = _file.Map(_reservation, 5 * PageBytes);
        using PmemMap first = _file.Map(_reservation, PageBytes);
        Assert.Same(first, _reservation.FirstMap());
        Assert.Same(second, _reservation.LastMap());
        Assert.Same(second, _reservation.NextMap(first));
        Assert.Same(first, _reservation.PreviousMap(second));
        Assert.Null(_reservation.NextMap(second));
        Assert.Null(_reservation.PreviousMap(first));
    }

    // The maps lie at pages 1 and 2, and at pages 5 and 6.
    [Theory]
    [InlineData(0, PageBytes, -1)]
    [InlineData(0, PageBytes + 1, 1)]
    [InlineData(PageBytes, 0, 1)]
    [InlineData((3 * PageBytes) - 1, 0, 1)]
    [InlineData((3 * PageBytes) - 1, 1, 1)]
    [InlineData(3 * PageBytes, 0, -1)]
    [InlineData(3 * PageBytes, 2 * PageBytes, -1)]
    [InlineData(3 * PageBytes, (2 * PageBytes) + 1, 5)]
    [InlineData(2 * PageBytes, long.MaxValue, 1)]
    [InlineData(0, long.MaxValue, 1)]
    [InlineData(7 * PageBytes, PageBytes, -1)]
    [InlineData(8 * PageBytes, 1, -1)]
    [InlineData(long.MaxValue, long.MaxValue, -1)]
    public void The_lowest_map_that_overlaps_a_part_is_found(long offset, long lengthBytes, int page)
    {
        using PmemMap low = _file.Map(_reservation, PageBytes);
        using PmemMap high = _file.Map(_reservation, 5 * PageBytes);
        PmemMap? expected = page switch
        {
            1 => low,
            5 => high,
            _ => null,
        };
        Assert.Same(expected, _reservation.FindMap(offset, lengthBytes));
    }

    [Fact]
    public void A_negative_part_is_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => _reservation.FindMap(-1, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => _reservation.FindMap(0, -1));
    }

    [Fact]
    public void Parts_of_one_file_can_lie_in_reverse_order_without_a_gap()
    {
        File.WriteAllBytes(_file.Path, [.. Enumerable.Repeat((byte)1, 4096), .. Enumerable.Repeat((byte)2, 4096)]);
        using PmemMap back = PmemMap.Map(_file.Source, Config(offset: PageBytes, reservationOffset: 0));
        using PmemMap front = PmemMap.Map(_file.Source, Config(offset: 0, reservationOffset: PageBytes));
        using scoped PmemMapLease backLease = back.Lease();
        using scoped PmemMapLease frontLease = front.Lease();
        Assert.Equal((2, 1), (backLease.Window(4095, 1)[0], frontLease.Window(0, 1)[0]));
        Assert.Equal(back.Address + PageBytes, front.Address);
    }

    [Fact]
    public void Anonymous_memory_can_lie_in_a_reservation()
    {
        using PmemSource source = PmemSource.Anonymous(PageBytes);
        using PmemMap map = PmemMap.Map(source, Config(offset: 0, reservationOffset: 7 * PageBytes));
        using scoped PmemMapLease lease = map.Lease();
        lease.Copy(4095, [1]);
        Assert.Same(map, _reservation.LastMap());
    }

    [Fact]
    public void A_forgotten_reservation_takes_no_map_with_it()
    {
        (PmemMap map, WeakReference forgotten) = MapInForgottenReservation();
        Assert.True(forgotten.IsAlive, "The map refers to it.");
        for (int i = 0; i < 3; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }

        Assert.True(forgotten.IsAlive, "The map refers to it.");
        using (scoped PmemMapLease lease = map.Lease())
        {
            lease.Copy(0, [1]);
        }

        GC.KeepAlive(map);
        map.Dispose();
        Assert.Equal(0, _file.CountMapped());
    }

    [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.NoInlining)]
    private (PmemMap Map, WeakReference Reservation) MapInForgottenReservation()
    {
        var reservation = VmReservation.Create(4 * PageBytes);
        return (_file.Map(reservation, PageBytes), new WeakReference(reservation));
    }

    // Half of the threads take places that others take too; the reservation decides who gets them.
    [Fact]
    public void Threads_that_map_and_unmap_never_share_a_place_and_leave_it_empty()
    {
        const int Threads = 32;
        const int Rounds = 50;
        int[] owners = new int[4];
        int refused = 0;
        int shared = 0;
        var failures = new System.Collections.Concurrent.ConcurrentQueue<Exception>();
        Thread[] threads = [.. Enumerable.Range(0, Threads).Select(number => new Thread(() =>
        {
            try
            {
                for (int round = 0; round < Rounds; round++)
                {
                    int place = (number + round) % owners.Length;
                    try
                    {
                        using PmemMap map = _file.Map(_reservation, place * 2 * PageBytes);
                        _ = Interlocked.Add(ref shared, Interlocked.Increment(ref owners[place]) - 1);
                        using (scoped PmemMapLease lease = map.Lease())
                        {
                            lease.Copy(number * 64, [(byte)round]);
                        }

                        _ = _reservation.FindMap(0, long.MaxValue);
                        _ = Interlocked.Decrement(ref owners[place]);
                    }
                    catch (InvalidOperationException)
                    {
                        _ = Interlocked.Increment(ref refused);
                    }
                }
            }
            catch (Exception exception)
            {
                failures.Enqueue(exception);
            }
        }))];
        Array.ForEach(threads, t => t.Start());
        Array.ForEach(threads, t => t.Join());
        Assert.Empty(failures);
        Assert.Equal((0, 0), (shared, _file.CountMapped()));
        Assert.True(refused < Threads * Rounds, "Somebody must have got a place.");
        _reservation.Shrink(0, PageBytes);
    }

    private static bool Covers(string line, long address)
    {
        string[] range = line.Split(' ')[0].Split('-');
        return Convert.ToUInt64(range[0], 16) <= (ulong)address && (ulong)address < Convert.ToUInt64(range[1], 16);
    }

    private PmemMapConfig Config(long offset, long reservationOffset) => new()
    {
        OffsetBytes = offset,
        Reservation = _reservation,
        ReservationOffsetBytes = reservationOffset,
        LengthBytes = PageBytes,
    };
}
