using PmemTyped.Mapping;
using PmemTyped.Mapping.Devices;
using PmemTyped.Native.Linux;
using static PmemTyped.Sets.Tests.PartSets.SetBench;

namespace PmemTyped.Sets.Tests.PartSets;

/// <summary>Every row of the error table is provoked (sets specification, section 3); what the hardware would say is made up.</summary>
public sealed class SetErrorTests : IDisposable
{
    private readonly SetBench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Theory]
    [InlineData(PmemSetError.Unknown, -200000, "PMEMSET_E_UNKNOWN", Errno.Invalid)]
    [InlineData(PmemSetError.Nosupp, -200001, "PMEMSET_E_NOSUPP", Errno.NotSupported)]
    [InlineData(PmemSetError.InvalidPmem2Map, -200008, "PMEMSET_E_INVALID_PMEM2_MAP", Errno.Invalid)]
    [InlineData(PmemSetError.SdsDeviceIdLenTooBig, -200029, "PMEMSET_E_SDS_DEVICE_ID_LEN_TOO_BIG", Errno.Invalid)]
    [InlineData(PmemSetError.BadblockNosupp, -200038, "PMEMSET_E_BADBLOCK_NOSUPP", Errno.Invalid)]
    public void A_failure_carries_code_name_and_error_number(PmemSetError error, int code, string name, int errorNumber)
    {
        var failure = new PmemSetException(error, "text");
        Assert.Equal((code, name, errorNumber), (failure.Code, failure.Name, failure.ErrorNumber));
    }

    [Fact]
    public void A_refusal_of_the_system_carries_its_number()
    {
        var failure = Assert.Throws<PmemSetException>(() => PmemSetSource.FromFile(_bench.Directory));
        Assert.Equal(
            (PmemSetError.SystemError, -Errno.IsADirectory, "EISDIR", Errno.IsADirectory),
            (failure.Error, failure.Code, failure.Name, failure.ErrorNumber));
    }

    [Fact]
    public void A_source_of_nothing_is_refused()
    {
        Refused(PmemSetError.InvalidPmem2Source, () => PmemSetSource.FromSource(null));
        using PmemSource memory = PmemSource.Anonymous(Unit);
        Refused(PmemSetError.InvalidPmem2Source, () => PmemSetSource.FromSource(memory));
        Refused(PmemSetError.InvalidPmem2Source, () => PmemSetSource.FromMap(null));
        Refused(PmemSetError.InvalidPmem2Source, () => PmemSetSource.FromFile("/dev/null"));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("missing")]
    public void A_path_that_leads_nowhere_is_refused(string? path)
    {
        Refused(PmemSetError.InvalidSourcePath, () => PmemSetSource.FromFile(path));
        Refused(PmemSetError.InvalidSourcePath, () => PmemSetSource.CreateTemporary(path));
    }

    [Fact]
    public void Options_without_creation_leave_a_missing_file_to_the_system()
    {
        var failure = Assert.Throws<PmemSetException>(
            () => PmemSetSource.FromFile(_bench.NewPath(), PmemSetSourceOptions.DoNotGrow));
        Assert.Equal(-Errno.NoEntry, failure.Code);
    }

    [Fact]
    public void A_map_without_a_source_is_refused() =>
        Refused(PmemSetError.InvalidSourceType, () => _bench.NewSet().Map(null));

    [Fact]
    public void A_granularity_must_be_known_and_given()
    {
        Refused(PmemSetError.GranularityNotSupported, () => _ = new PmemSetConfig { RequiredGranularity = (StoreGranularity)999 });
        Refused(PmemSetError.GranularityNotSet, () => PmemSet.Create(new PmemSetConfig()));
        Refused(PmemSetError.NoPartMapped, () => _ = _bench.NewSet().Granularity);
    }

    [Fact]
    public void A_map_that_the_layer_below_refuses_keeps_its_reason()
    {
        PmemSet set = _bench.NewSet();
        PmemSetSource source = _bench.Source(4 * Unit);
        Assert.IsType<ArgumentException>(
            Refused(PmemSetError.InvalidPmem2Map, () => set.Map(source, Range(100, Unit))).InnerException);
        PmemSet strict = _bench.NewSet(Config with { RequiredGranularity = StoreGranularity.Byte });
        Assert.IsType<NotSupportedException>(
            Refused(PmemSetError.InvalidPmem2Map, () => strict.Map(_bench.Source(Unit, "PAGE"))).InnerException);
        Assert.Empty(PartsOf(set));
        Assert.Empty(PartsOf(strict));
    }

    [Fact]
    public void A_read_only_file_can_neither_be_mapped_nor_grow()
    {
        using PmemSource file = PmemSource.Open(_bench.NewFile(Unit), writable: false);
        PmemSetSource source = _bench.Own(PmemSetSource.FromSource(file));
        Refused(PmemSetError.InvalidPmem2Map, () => _bench.NewSet().Map(source));
        Refused(PmemSetError.CannotGrowSourceFile, () => _bench.NewSet().Map(source, Range(0, 2 * Unit)));
    }

    [Fact]
    public void A_part_of_another_granularity_is_refused()
    {
        PmemSet set = _bench.NewSet();
        set.Map(_bench.Source(Unit, "PAGE"));
        Refused(PmemSetError.GranularityMismatch, () => set.Map(_bench.Source(Unit, "BYTE")));
        Assert.Single(PartsOf(set));
    }

    [Fact]
    public void An_address_outside_finds_no_part() =>
        Refused(PmemSetError.CannotFindPartMap, () => _bench.NewSet().PartAt(0x999));

    [Fact]
    public void What_cannot_be_coalesced_says_what_is_in_the_way()
    {
        VmReservation space = _bench.Own(VmReservation.Create(4 * Unit));
        PmemSet set = _bench.NewSet(Config with { Reservation = space });
        PmemSetSource source = _bench.Source(4 * Unit);
        set.Map(source, Range(0, Unit));
        using PmemSource other = PmemSource.Open(_bench.NewFile(Unit));
        using PmemMap taken = PmemMap.Map(other, new PmemMapConfig { Reservation = space, ReservationOffsetBytes = Unit });
        set.Coalescing = PartCoalescing.Full;
        PmemSetException refusal = Refused(PmemSetError.CannotCoalesceParts, () => set.Map(source, Range(Unit, Unit)));
        Assert.Equal(PmemSetError.PartExists, Assert.IsType<PmemSetException>(refusal.InnerException).Error);
        Assert.Single(PartsOf(set));
    }

    [Theory]
    [InlineData(PartCoalescing.None)]
    [InlineData(PartCoalescing.Opportunistic)]
    [InlineData(PartCoalescing.Full)]
    public void A_length_that_is_no_multiple_of_the_page_size_is_refused(PartCoalescing coalescing)
    {
        PmemSet set = _bench.NewSet();
        set.Map(_bench.Source(Unit));
        set.Coalescing = coalescing;
        PmemSetSource odd = _bench.Source((4 * Unit) - 1);
        Refused(PmemSetError.LengthUnaligned, () => set.Map(odd));
    }

    [Fact]
    public void An_odd_length_in_a_roomy_reservation_is_refused_by_the_map()
    {
        PmemSet set = _bench.NewSet(Config with { Reservation = _bench.Own(VmReservation.Create(4 * Unit)) });
        Refused(PmemSetError.InvalidPmem2Map, () => set.Map(_bench.Source(Unit - 1)));
        Refused(PmemSetError.CannotFitPartMap, () => set.Map(_bench.Source(8 * Unit)));
    }

    [Fact]
    public void A_part_of_another_set_is_not_found()
    {
        PmemSet set = _bench.NewSet();
        PmemSet other = _bench.NewSet();
        using PmemSetPartMap part = other.PartAt(other.Map(_bench.Source(Unit)).Address);
        Refused(PmemSetError.PartNotFound, () => set.Remove(part));
    }

    [Fact]
    public void A_coalescing_mode_must_be_known() =>
        Refused(PmemSetError.InvalidCoalescingValue, () => _bench.NewSet().Coalescing = (PartCoalescing)3);

    [Fact]
    public void A_deep_flush_that_the_device_refuses_is_reported()
    {
        PmemSetSource source = _bench.Source(Unit);
        source.Devices = new MadeDevices { DeepFlushFailure = new PmemIOException("sync", "x", Errno.InputOutput, "Check.") };
        PmemSet set = _bench.NewSet();
        long address = set.Map(source).Address;
        PmemSetException failure = Refused(PmemSetError.DeepFlushFail, () =>
        {
            using PmemSetLease lease = set.Lease();
            lease.DeepFlush(address, 1);
        });
        Assert.IsType<PmemIOException>(failure.InnerException);
        Remove(set, address);
    }

    [Fact]
    public void Unknown_options_and_mode_bits_create_nothing()
    {
        string path = _bench.NewPath();
        Refused(PmemSetError.InvalidSourceFileCreateFlags, () => PmemSetSource.FromFile(path, (PmemSetSourceOptions)8));
        Refused(
            PmemSetError.InvalidSourceFileCreateFlags,
            () => PmemSetSource.FromFile(path, PmemSetSourceOptions.CreateAlways, (UnixFileMode)90180));
        Refused(
            PmemSetError.InvalidSourceFileCreateFlags,
            () => PmemSetSource.FromFile(path, PmemSetSourceOptions.CreateAlways, UnixFileMode.SetUser));
        Assert.False(File.Exists(path));
    }

    [Fact]
    public void A_temporary_file_needs_a_directory() =>
        Refused(PmemSetError.CannotCreateTempFile, () => PmemSetSource.CreateTemporary(_bench.NewFile(1)));

    [Fact]
    public void A_file_that_cannot_grow_has_its_former_size()
    {
        string path = _bench.NewFile(Unit);
        PmemSetSource source = _bench.Own(PmemSetSource.FromFile(path));
        Refused(PmemSetError.CannotGrowSourceFile, () => _bench.NewSet().Map(source, Range(0, long.MaxValue & -Unit)));
        Refused(PmemSetError.CannotGrowSourceFile, () => _bench.NewSet().Map(source, Range(Unit, long.MaxValue)));
        Assert.Equal(Unit, new FileInfo(path).Length);
    }

    [Fact]
    public void Numbers_out_of_range_are_refused()
    {
        Refused(PmemSetError.OffsetOutOfRange, () => Range(-1, 0));
        Refused(PmemSetError.LengthOutOfRange, () => Range(0, -1));
        Refused(PmemSetError.InvalidPartStates, () => _ = new PmemSetConfig { AcceptableStates = (PartStates)32 });
        PmemSetSource source = _bench.Source(Unit);
        Refused(PmemSetError.OffsetOutOfRange, () => source.ClearBadBlock(new PmemBadBlock(-1, 512)));
        Refused(PmemSetError.LengthOutOfRange, () => source.ClearBadBlock(new PmemBadBlock(0, -1)));
        Refused(PmemSetError.LengthOutOfRange, () => source.ReadAt(Unit - 1, new byte[2]));
        Refused(PmemSetError.LengthOutOfRange, () => source.WriteAt(Unit, new byte[1]));
    }

    [Fact]
    public void Lengths_that_the_source_does_not_have_are_refused()
    {
        string path = _bench.NewPath();
        PmemSetSource empty = _bench.Own(PmemSetSource.FromFile(path, PmemSetSourceOptions.CreateIfNeeded));
        Refused(PmemSetError.MapLengthUnset, () => _bench.NewSet().Map(empty));
        PmemSetSource still = _bench.Own(
            PmemSetSource.FromFile(path, PmemSetSourceOptions.CreateIfNeeded | PmemSetSourceOptions.DoNotGrow));
        Refused(PmemSetError.MapLengthUnset, () => _bench.NewSet().Map(still));
        Refused(PmemSetError.SourceFileIsTooSmall, () => _bench.NewSet().Map(still, Range(0, Unit)));
        _bench.NewSet().Map(empty, Range(0, Unit));
        Assert.Equal(Unit, new FileInfo(path).Length);
        Refused(PmemSetError.MapLengthUnset, () => _bench.NewSet().Map(empty, Range(Unit, 0)));
    }

    [Fact]
    public void Bad_blocks_that_cannot_be_cleared_are_not_supported()
    {
        PmemSetSource source = _bench.Source(Unit);
        source.Devices = new MadeDevices { ClearFailure = new NotSupportedException("device") };
        Refused(PmemSetError.Nosupp, () => source.ClearBadBlock(new PmemBadBlock(0, 512)));
    }

    // A file on tmpfs lies on no disk.
    [Fact]
    public void Bad_blocks_that_cannot_be_listed_refuse_the_map()
    {
        PmemSetSource source = _bench.Source(Unit);
        source.DetectsBadBlocks = true;
        source.Devices = new MadeDevices { FindFailure = new NotSupportedException("memory") };
        Refused(PmemSetError.BadblockNosupp, () => _bench.NewSet().Map(source));
        source.Devices = new MadeDevices { FindFailure = new PmemFormatException("p", "s", 0, "e", "f", "n") };
        Refused(PmemSetError.CannotReadBounds, () => _bench.NewSet().Map(source));
        source.Devices = new MadeDevices { FindFailure = new PmemIOException("read", "p", Errno.Access, "n") };
        Assert.Equal(-Errno.Access, Assert.Throws<PmemSetException>(() => _bench.NewSet().Map(source)).Code);
    }

    [Fact]
    public void A_device_without_a_region_has_no_list_of_bad_blocks()
    {
        Assert.Equal(
            PmemSetError.DaxRegionNotFound,
            PmemSetSource.BadBlockFailure(new NotSupportedException("no region"), isDevice: true).Error);
        Assert.Equal(
            PmemSetError.CannotReadBounds,
            PmemSetSource.BadBlockFailure(new PmemIOException("read", "p", Errno.NoEntry, "n"), isDevice: true).Error);
    }
}
