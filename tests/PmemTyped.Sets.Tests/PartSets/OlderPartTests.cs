using PmemTyped.Mapping;
using static PmemTyped.Sets.Tests.PartSets.SetBench;

namespace PmemTyped.Sets.Tests.PartSets;

/// <summary>The two steps of libpmemset 1.11, with the conditions of its part_map (sets specification, section 1.1).</summary>
public sealed class OlderPartTests : IDisposable
{
    private readonly SetBench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Fact]
    public void A_part_is_consumed_by_its_map_and_kept_by_a_failure()
    {
        PmemSet set = _bench.NewSet();
        PmemSetPart? part = PmemSetPart.Create(set, _bench.Source(Unit), 0, 0);
        Assert.Equal(Unit, PmemSetPart.Map(ref part!).LengthBytes);
        Assert.Null(part);
        part = PmemSetPart.Create(set, _bench.Source(Unit), 1, Unit);
        Assert.Throws<PmemSetException>(() => PmemSetPart.Map(ref part!));
        Assert.NotNull(part);
    }

    [Theory]
    [InlineData(-1, Unit, false, PmemSetError.InvalidOffsetValue)]
    [InlineData(100, Unit, false, PmemSetError.InvalidPmem2Map)]
    [InlineData(Unit, 2 * Unit, false, PmemSetError.InvalidPmem2Map)]
    [InlineData(Unit, 0, false, PmemSetError.InvalidPmem2Map)]
    [InlineData(0, Unit - 1, false, PmemSetError.LengthUnaligned)]
    [InlineData(0, long.MaxValue & -Unit, true, PmemSetError.CannotGrowSourceFile)]
    [InlineData(0, -1, true, PmemSetError.CannotGrowSourceFile)]
    [InlineData(0, -1, false, PmemSetError.InvalidPmem2Map)]
    public void The_conditions_of_the_older_map_hold(long offset, long length, bool truncates, PmemSetError error) =>
        Fails(error, PmemSetPart.Create(_bench.NewSet(), _bench.Source(2 * Unit), offset, length, truncates));

    [Fact]
    public void An_empty_file_a_coarse_medium_and_a_full_reservation_are_refused()
    {
        Fails(PmemSetError.InvalidPmem2Map, PmemSetPart.Create(_bench.NewSet(), _bench.Source(0), 0, 0));
        PmemSet strict = _bench.NewSet(Config with { RequiredGranularity = StoreGranularity.CacheLine });
        Fails(PmemSetError.InvalidPmem2Map, PmemSetPart.Create(strict, _bench.Source(Unit, "PAGE"), 0, 0));
        VmReservation space = _bench.Own(VmReservation.Create(Unit));
        PmemSet small = _bench.NewSet(Config with { Reservation = space });
        Fails(PmemSetError.CannotFitPartMap, PmemSetPart.Create(small, _bench.Source(2 * Unit), 0, 0));
    }

    [Fact]
    public void A_file_grows_only_where_that_was_asked_for_and_temporary_ones_always_do()
    {
        PmemSet set = _bench.NewSet();
        PmemSetPart? part = PmemSetPart.Create(set, _bench.Source(Unit), 0, 2 * Unit, truncateIfNeeded: true);
        Assert.Equal(2 * Unit, PmemSetPart.Map(ref part!).LengthBytes);
        part = PmemSetPart.Create(set, _bench.Temporary(), 0, Unit);
        Assert.Equal(Unit, PmemSetPart.Map(ref part!).LengthBytes);
    }

    [Fact]
    public void A_source_is_looked_at_again_when_the_part_is_made()
    {
        string path = _bench.NewFile(Unit);
        using PmemSetSource source = PmemSetSource.FromFile(path);
        File.Delete(path);
        PmemSet set = _bench.NewSet();
        Refused(PmemSetError.InvalidSourcePath, () => PmemSetPart.Create(set, source, 0, 0));
        Refused(PmemSetError.InvalidSourceType, () => PmemSetPart.Create(set, null, 0, 0));
    }

    private static void Fails(PmemSetError error, PmemSetPart part)
    {
        PmemSetPart? kept = part;
        Refused(error, () => PmemSetPart.Map(ref kept!));
        Assert.Same(part, kept);
    }
}
