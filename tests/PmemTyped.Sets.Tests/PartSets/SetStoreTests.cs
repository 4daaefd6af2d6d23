using PmemTyped.Mapping;
using static PmemTyped.Sets.Tests.PartSets.SetBench;

namespace PmemTyped.Sets.Tests.PartSets;

/// <summary>Stores through a lease: over the borders of parts, with their events, and told to the persist observer.</summary>
public sealed class SetStoreTests : IDisposable
{
    private readonly SetBench _bench = new();

    public void Dispose() => _bench.Dispose();

    // Three parts next to each other, not coalesced.
    private (PmemSet Set, long Address) ThreeParts(PmemSetConfig? config = null)
    {
        PmemSet set = _bench.NewHeardSet(
            (config ?? Config) with { Reservation = _bench.Own(VmReservation.Create(4 * Unit)) });
        long address = set.Map(_bench.Source(Unit)).Address;
        set.Map(_bench.Source(Unit));
        set.Map(_bench.Source(Unit));
        _bench.Events.Clear();
        return (set, address);
    }

    [Theory]
    [InlineData(StoreOptions.None)]
    [InlineData(StoreOptions.NoDrain)]
    [InlineData(StoreOptions.NonTemporal | StoreOptions.NoDrain)]
    [InlineData(StoreOptions.NoFlush)]
    public void A_copy_runs_over_the_borders_of_parts(StoreOptions options)
    {
        (PmemSet set, long a) = ThreeParts();
        byte[] bytes = [.. Enumerable.Range(0, (int)Unit + 200).Select(i => (byte)i)];
        using PmemSetLease lease = set.Lease();
        lease.Copy(a + Unit - 100, bytes, options);
        byte[] read = new byte[bytes.Length];
        lease.Load(a + Unit - 100, read);
        Assert.Equal(bytes, read);
        Assert.Equal(bytes[..100], lease.Window(a + Unit - 100, 100).ToArray());
    }

    [Theory]
    [InlineData(0, 23)]
    [InlineData(23, 0)]
    [InlineData(Unit - 50, Unit + 100)]
    [InlineData(Unit + 100, Unit - 50)]
    [InlineData(10, Unit)]
    [InlineData(Unit, Unit)]
    public void A_move_gives_what_a_move_of_an_array_gives(long to, long from)
    {
        (PmemSet set, long a) = ThreeParts();
        byte[] model = new byte[3 * Unit];
        new Random(7).NextBytes(model);
        using PmemSetLease lease = set.Lease();
        lease.Copy(a, model);
        int length = (int)Unit + 4096;
        lease.Move(a + to, a + from, length);
        model.AsSpan((int)from, length).CopyTo(model.AsSpan((int)to));
        byte[] read = new byte[3 * Unit];
        lease.Load(a, read);
        Assert.Equal(model, read);
    }

    [Fact]
    public void Nothing_is_stored_where_a_byte_of_the_range_lies_outside()
    {
        (PmemSet set, long a) = ThreeParts();
        Assert.Throws<ArgumentOutOfRangeException>(() =>
        {
            using PmemSetLease lease = set.Lease();
            lease.Fill(a + (3 * Unit) - 10, 20, 9);
        });
        Assert.Throws<ArgumentOutOfRangeException>(() =>
        {
            using PmemSetLease lease = set.Lease();
            lease.Persist(a - 1, 1);
        });
        Assert.Empty(_bench.Events);
        using PmemSetLease after = set.Lease();
        Assert.Equal(0, after.Window(a + (3 * Unit) - 10, 1)[0]);
    }

    [Fact]
    public void Stores_before_the_first_map_are_refused()
    {
        PmemSet set = _bench.NewSet();
        Assert.Throws<InvalidOperationException>(() => set.Lease().Persist(4096, 1));
        Assert.Throws<InvalidOperationException>(() => set.Lease().Drain());
        set.Lease().DeepFlush(4096, 1);
    }

    [Fact]
    public void Events_come_in_the_order_of_the_table()
    {
        (PmemSet set, long a) = ThreeParts();
        using PmemSetLease lease = set.Lease();
        lease.Flush(a, 10);
        Assert.Equal([PmemSetEventKind.Flush], _bench.TakeKinds());
        lease.Drain();
        Assert.Equal([PmemSetEventKind.Drain], _bench.TakeKinds());
        lease.Persist(a + 100, 10);
        Assert.Equal((a + 100, 10L), (_bench.Events[0].Address, _bench.Events[0].LengthBytes));
        Assert.Equal([PmemSetEventKind.Flush, PmemSetEventKind.Drain], _bench.TakeKinds());
        lease.Fill(a, 100, 3);
        Assert.Equal(3, _bench.Events[0].Value);
        Assert.Equal([PmemSetEventKind.Set, PmemSetEventKind.Drain], _bench.TakeKinds());
        lease.Fill(a, 100, 3, StoreOptions.NoDrain);
        Assert.Equal([PmemSetEventKind.Set], _bench.TakeKinds());
        lease.Copy(a, new byte[10], StoreOptions.NoFlush);
        Assert.Equal([PmemSetEventKind.Copy, PmemSetEventKind.Drain], _bench.TakeKinds());
        lease.Move(a, a + 10, 10);
        Assert.Equal((a + 10, StoreOptions.None), (_bench.Events[0].SourceAddress, _bench.Events[0].Options));
        Assert.Equal([PmemSetEventKind.Move, PmemSetEventKind.Drain], _bench.TakeKinds());
        lease.DeepFlush(a, 10);
        Assert.Empty(_bench.Events);
    }

    [Fact]
    public void Maps_and_removals_tell_their_ranges()
    {
        (PmemSet set, long a) = ThreeParts();
        set.RemoveRange(a, Unit + 1);
        Assert.Equal((a, Unit + 1), (_bench.Events[0].Address, _bench.Events[0].LengthBytes));
        Assert.Equal((a + Unit, Unit), (_bench.Events[2].Address, _bench.Events[2].LengthBytes));
        Assert.Equal(
            [PmemSetEventKind.RemoveRange, PmemSetEventKind.PartRemove, PmemSetEventKind.PartRemove], _bench.TakeKinds());
        PmemSetSource source = _bench.Source(Unit);
        PmemSetDescriptor added = set.Map(source);
        Assert.Equal(
            (PmemSetEventKind.PartAdd, added.Address, added.LengthBytes, source),
            (_bench.Events[0].Kind, _bench.Events[0].Address, _bench.Events[0].LengthBytes, _bench.Events[0].Source));
        set.Dispose();
        Assert.Single(_bench.Events);
    }

    [Theory]
    [InlineData(PmemSetEventKind.Copy)]
    [InlineData(PmemSetEventKind.Move)]
    [InlineData(PmemSetEventKind.Set)]
    [InlineData(PmemSetEventKind.RemoveRange)]
    [InlineData(PmemSetEventKind.PartRemove)]
    public void An_exception_from_an_event_vetoes_what_would_follow(PmemSetEventKind vetoed)
    {
        PmemSet set = _bench.NewSet(Config with
        {
            EventHandler = (PmemSet _, in PmemSetEvent e) =>
                e.Kind == vetoed ? throw new OperationCanceledException(e.Kind.ToString()) : 0,
        });
        long a = set.Map(_bench.Source(Unit)).Address;
        Assert.Throws<OperationCanceledException>(() => DoAll(set, a));
        using (PmemSetLease lease = set.Lease())
        {
            Assert.Equal(vetoed != PmemSetEventKind.Copy, lease.Window(a, 1)[0] != 0);
        }

        Assert.Single(PartsOf(set));
        set.PartAt(a).Dispose();
    }

    [Fact]
    public void A_handler_may_call_back_into_the_set()
    {
        PmemSet? set = null;
        int parts = -1;
        set = _bench.NewSet(Config with
        {
            EventHandler = (PmemSet s, in PmemSetEvent e) =>
            {
                parts = PartsOf(s).Length;
                if (e.Kind == PmemSetEventKind.PartRemove)
                {
                    s.Map(_bench.Source(Unit));
                }

                return -1;
            },
        });
        long a = set.Map(_bench.Source(Unit)).Address;
        Assert.Equal(1, parts);
        Remove(set, a);
        Assert.Single(PartsOf(set));
    }

    [Fact]
    public void A_deep_flush_reaches_each_map_that_the_range_touches()
    {
        (PmemSet set, long a) = _bench.Coalesced(1);
        var devices = new MadeDevices();
        for (int i = 1; i < 8; i++)
        {
            PmemSetSource source = _bench.Source(Unit);
            source.Devices = devices;
            set.Map(source);
        }

        set.RemoveRange(a, Unit);
        a += Unit;
        foreach ((long from, long length, int expected) in new[]
        {
            (0L, 7 * Unit, 7), (3 * Unit, 4 * Unit, 4), (Unit / 2, 2 * Unit, 3), (10L, 20L, 1), (Unit, Unit, 1),
            (Unit, Unit + 1, 2), (0L, 100 * Unit, 7), (-Unit, Unit, 0), (7 * Unit, Unit, 0), (0L, 0L, 0),
        })
        {
            devices.DeepFlushes.Clear();
            using PmemSetLease lease = set.Lease();
            lease.DeepFlush(a + from, length);
            Assert.Equal(expected, devices.DeepFlushes.Count);
            Assert.Equal(Math.Min(length, expected * Unit), Math.Min(devices.DeepFlushes.Sum(f => f.LengthBytes), length));
        }

        // In the reference a range below the next part leaks a reference, and the removal fails.
        Remove(set, a);
    }

    [Fact]
    public void The_observer_learns_of_ranges_after_the_drain_and_in_order()
    {
        var told = new ToldRanges();
        (PmemSet set, long a) = ThreeParts(Config with { PersistObserver = told });
        using PmemSetLease lease = set.Lease();
        lease.Flush(a, 10);
        lease.Fill(a + 100, 5, 1, StoreOptions.NoDrain);
        Assert.Empty(told.Ranges);
        lease.Drain();
        Assert.Equal([new(1, a, 10), new(2, a + 100, 5)], told.Ranges);
        lease.Copy(a + Unit - 1, [1, 2], StoreOptions.NoFlush);
        Assert.Equal(2, told.Ranges.Count);
        lease.Persist(a + Unit - 1, 2);
        Assert.Equal(new PersistEvent(3, a + Unit - 1, 2), told.Ranges[2]);
    }

    [Fact]
    public void An_observed_medium_tells_what_a_protocol_persists()
    {
        var told = new ToldRanges();
        using PmemMap map = PmemMap.Map(_bench.Own(PmemSource.Open(_bench.NewFile(Unit))));
        var medium = new ObservedMedium<MapMedium>(map.DangerousGetMedium(), told);
        medium.StoreFlushed(0, [1, 2, 3, 4, 5, 6, 7, 8], default);
        medium.ClearFlushed(8, 8, default);
        medium.Store64(64, 3);
        Assert.Empty(told.Ranges);
        medium.Persist(64, 8, default);
        Assert.Equal([new(1, 0, 16), new(2, 64, 8)], told.Ranges);
        medium.Drain(default);
        Assert.Equal(2, told.Ranges.Count);
        Assert.Equal((3UL, Unit, map.Granularity), (medium.Load64(64), medium.LengthBytes, medium.Granularity));
    }

    [Fact]
    public void Persisting_and_finding_allocate_nothing()
    {
        PmemSet set = _bench.NewSet();
        long a = set.Map(_bench.Source(Unit)).Address;
        using PmemSetLease lease = set.Lease();
        for (int i = 0; i < 100; i++)
        {
            lease.Persist(a, 64);
        }

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 1000; i++)
        {
            lease.Persist(a + (64 * (i & 63)), 64);
            lease.Copy(a, "12345678"u8);
            using PmemSetLease inner = set.Lease();
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static void DoAll(PmemSet set, long a)
    {
        using PmemSetLease lease = set.Lease();
        lease.Copy(a, [1]);
        lease.Move(a + 1, a, 1);
        lease.Fill(a + 2, 1, 1);
        set.RemoveRange(a, 1);
    }

    private sealed class ToldRanges : IPersistObserver
    {
        internal List<PersistEvent> Ranges { get; } = [];

        public void OnPersisted(in PersistEvent persisted) => Ranges.Add(persisted);
    }
}
