using PmemTyped.Mapping;
using static PmemTyped.Sets.Tests.PartSets.SetBench;

namespace PmemTyped.Sets.Tests.PartSets;

/// <summary>Sources of parts, and how long they, their parts and the set live (sets specification, sections 5 and 6).</summary>
public sealed class SetSourceTests : IDisposable
{
    private readonly SetBench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Fact]
    public void A_hundred_parts_leave_from_the_middle()
    {
        PmemSet set = _bench.NewSet();
        PmemSetSource source = _bench.Temporary();
        for (int i = 0; i < 100; i++)
        {
            set.Map(source, Range(i * 4096, 4096));
        }

        for (int left = 100; left > 0; left--)
        {
            Remove(set, PartsOf(set)[left / 2].Address);
        }

        Assert.Null(set.FirstPart());
    }

    [Fact]
    public void No_length_means_the_rest_of_the_source_and_does_not_grow_it()
    {
        string path = _bench.NewFile(4 * Unit);
        PmemSetSource source = _bench.Own(PmemSetSource.FromFile(path));
        Assert.Equal(3 * Unit, _bench.NewSet().Map(source, Range(Unit, 0)).LengthBytes);
        Assert.Equal(4 * Unit, new FileInfo(path).Length);
    }

    [Fact]
    public void A_failed_map_leaves_the_file_as_long_as_it_was()
    {
        string path = _bench.NewFile(Unit);
        PmemSetSource source = _bench.Own(PmemSetSource.FromFile(path));
        PmemSet set = _bench.NewSet(Config with { Reservation = _bench.Own(VmReservation.Create(Unit)) });
        Refused(PmemSetError.CannotFitPartMap, () => set.Map(source, Range(0, 2 * Unit)));
        Assert.Equal(Unit, new FileInfo(path).Length);
    }

    [Fact]
    public void Memory_that_is_mapped_already_becomes_a_part_where_it_is()
    {
        using PmemMap map = PmemMap.Map(_bench.Own(PmemSource.Open(_bench.NewFile(2 * Unit))));
        PmemSetSource source = _bench.Own(PmemSetSource.FromMap(map));
        PmemSet set = _bench.NewSet();
        set.Coalescing = PartCoalescing.Full;
        Assert.Equal(new PmemSetDescriptor(map.Address, Unit), set.Map(source, Range(0, Unit)));
        Refused(PmemSetError.PartExists, () => set.Map(source, Range(0, Unit)));
        Assert.Equal(new PmemSetDescriptor(map.Address, 2 * Unit), set.Map(source, Range(Unit, Unit)));
        map.Dispose();
        using (PmemSetLease lease = set.Lease())
        {
            lease.Fill(map.Address, 2 * Unit, 1);
        }

        Refused(PmemSetError.BadblockNosupp, () =>
        {
            source.DetectsBadBlocks = true;
            set.Map(source);
        });
        Remove(set, map.Address);
    }

    [Fact]
    public void The_granularity_of_an_emptied_set_stays()
    {
        PmemSet set = _bench.NewSet();
        long address = set.Map(_bench.Source(Unit, "BYTE")).Address;
        Remove(set, address);
        Assert.Equal(StoreGranularity.Byte, set.Granularity);
        Refused(PmemSetError.GranularityMismatch, () => set.Map(_bench.Source(Unit, "PAGE")));
    }

    [Fact]
    public void A_disposed_set_is_closed_to_everybody_also_to_holders()
    {
        PmemSet set = _bench.NewSet();
        set.Map(_bench.Source(Unit));
        PmemSetPartMap held = set.FirstPart()!;
        set.Dispose();
        set.Dispose();
        Assert.Throws<ObjectDisposedException>(() => held.Lease().Dispose());
        Assert.Throws<ObjectDisposedException>(() => set.FirstPart());
        Assert.Throws<ObjectDisposedException>(() => set.Lease().Dispose());
        Assert.Throws<ObjectDisposedException>(() => set.Map(_bench.Source(Unit)));
        held.Dispose();
        Assert.Equal(0, _bench.CountMapped());
    }

    [Fact]
    public void Sources_keep_the_modes_that_were_asked_for()
    {
        string path = _bench.NewPath();
        UnixFileMode mode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
        PmemSetSource.FromFile(path, PmemSetSourceOptions.CreateAlways, mode).Dispose();
        Assert.Equal(mode, File.GetUnixFileMode(path));
        File.WriteAllBytes(path, new byte[100]);
        PmemSetSource.FromFile(path, PmemSetSourceOptions.CreateIfNeeded, UnixFileMode.UserRead).Dispose();
        Assert.Equal((100L, mode), (new FileInfo(path).Length, File.GetUnixFileMode(path)));
        PmemSetSource.FromFile(path, PmemSetSourceOptions.CreateIfNeeded | PmemSetSourceOptions.CreateAlways).Dispose();
        Assert.Equal(0, new FileInfo(path).Length);
    }

    [Fact]
    public void A_source_may_be_disposed_before_its_parts()
    {
        PmemSet set = _bench.NewSet();
        long address;
        using (PmemSetSource source = PmemSetSource.CreateTemporary(_bench.Directory))
        {
            address = set.Map(source, Range(0, Unit)).Address;
            Assert.True(source.AlignmentBytes > 0);
        }

        using PmemSetLease lease = set.Lease();
        lease.Copy(address, [5]);
        Assert.Equal(5, lease.Window(address, 1)[0]);
    }
}
