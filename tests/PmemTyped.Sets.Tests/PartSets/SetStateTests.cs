using PmemTyped.Mapping.Devices;
using PmemTyped.Sets.Parts;
using static PmemTyped.Sets.Tests.PartSets.SetBench;

namespace PmemTyped.Sets.Tests.PartSets;

/// <summary>Shutdown state and bad blocks of sources (sets specification, sections 9 and 10), over devices made up.</summary>
public sealed class SetStateTests : IDisposable
{
    private readonly SetBench _bench = new();
    private readonly MadeDevices _devices = new();

    public void Dispose() => _bench.Dispose();

    [Theory]
    [InlineData("dimm-1", 3, 0, false, PartStates.Ok, "dimm-1", 3)]
    [InlineData("dimm-1", 3, 1, false, PartStates.OkButInterrupted, "dimm-1", 3)]
    [InlineData("dimm-1", 3, 1, true, PartStates.OkButAlreadyOpen, "dimm-1", 3)]
    [InlineData("dimm-1", 2, 0, false, PartStates.Ok, "dimm-1", 3)]
    [InlineData("dimm-1", 2, 1, false, PartStates.Corrupted, "dimm-1", 2)]
    [InlineData("dimm-1", 2, 1, true, PartStates.Corrupted, "dimm-1", 2)]
    [InlineData("dimm-2", 3, 0, false, PartStates.Ok, "dimm-1", 3)]
    [InlineData("", 0, 0, false, PartStates.Ok, "dimm-1", 3)]
    [InlineData("dimm-2", 3, 2, false, PartStates.Indeterminate, "dimm-2", 3)]
    public void Every_row_of_the_table_holds(
        string id, ulong count, int references, bool isMapped, PartStates expected, string refreshedId, ulong refreshedCount)
    {
        PartStates state = PartStateEvaluation.Evaluate(
            new PartShutdownState(id, count, references), "dimm-1", 3, isMapped, out PartShutdownState refreshed);
        Assert.Equal(expected, state);
        Assert.Equal(new PartShutdownState(refreshedId, refreshedCount, references), refreshed);
    }

    [Fact]
    public void Ids_are_compared_over_512_characters()
    {
        string id = new('x', 512);
        Assert.Equal(
            PartStates.OkButInterrupted,
            PartStateEvaluation.Evaluate(new PartShutdownState(id, 1, 1), id + "y", 1, isMapped: false, out _));
    }

    [Fact]
    public void Maps_and_removals_count_and_tell()
    {
        (PmemSet set, long a) = _bench.Coalesced(1);
        PmemSetSource source = NewSource(PartShutdownState.Fresh);
        set.Map(source, Range(0, Unit));
        set.Map(source, Range(Unit, Unit));
        Assert.Equal(PartStates.OkButAlreadyOpen, source.PartState);
        Assert.Equal(
            [PmemSetEventKind.PartAdd, PmemSetEventKind.SdsUpdate, PmemSetEventKind.PartAdd, PmemSetEventKind.SdsUpdate],
            _bench.Events.Select(e => e.Kind));
        Assert.Equal(new PartShutdownState("dimm-1", 3, 2), _bench.Events[3].ShutdownState);
        _bench.Events.Clear();
        Remove(set, a);
        Assert.Equal([1, 0], _bench.Events.Skip(1).Select(e => e.ShutdownState!.ReferenceCount));
        Assert.All(_bench.Events.Skip(1), e => Assert.Same(source, e.Source));
        set.Map(source, Range(0, Unit));
        _bench.Events.Clear();
        set.Dispose();
        Assert.Equal(0, Assert.Single(_bench.Events).ShutdownState!.ReferenceCount);
    }

    [Fact]
    public void An_interrupted_count_is_counted_on_and_never_reset()
    {
        PmemSet set = _bench.NewSet(Config with { AcceptableStates = PartStates.OkButInterrupted });
        PmemSetSource source = NewSource(new PartShutdownState("dimm-1", 3, 1));
        long address = set.Map(source).Address;
        Assert.Equal(2, source.ShutdownState!.ReferenceCount);
        Remove(set, address);
        Assert.Equal(1, source.ShutdownState!.ReferenceCount);
    }

    [Theory]
    [InlineData("dimm-1", 2, PartStates.Corrupted)]
    [InlineData("dimm-9", 3, PartStates.Indeterminate)]
    [InlineData("dimm-1", 3, PartStates.OkButInterrupted)]
    public void A_state_that_is_not_acceptable_refuses_the_map_and_can_be_seen(string id, ulong count, PartStates state)
    {
        PmemSetSource source = NewSource(new PartShutdownState(id, count, 1));
        PmemSet set = _bench.NewSet();
        Refused(PmemSetError.UndesirablePartState, () => set.Map(source));
        Assert.Equal(state, source.PartState);
        Assert.Empty(PartsOf(set));
    }

    [Fact]
    public void A_set_that_accepts_no_state_refuses_every_source_that_has_one()
    {
        PmemSet set = _bench.NewSet(Config with { AcceptableStates = PartStates.None });
        Refused(PmemSetError.UndesirablePartState, () => set.Map(NewSource(PartShutdownState.Fresh)));
        set.Map(_bench.Source(Unit));
    }

    [Fact]
    public void What_a_device_does_not_tell_is_an_error_of_its_own()
    {
        PmemSetSource source = NewSource(PartShutdownState.Fresh);
        Refused(PmemSetError.SdsAlreadySet, () => source.SetShutdownState(PartShutdownState.Fresh));
        PmemSet set = _bench.NewSet();
        _devices.Id = null;
        Refused(PmemSetError.SdsNosupp, () => set.Map(source));
        (_devices.Id, _devices.Count) = ("x", null);
        Refused(PmemSetError.SdsNosupp, () => set.Map(source));
        (_devices.Id, _devices.Count) = (new string('x', 513), 1);
        Refused(PmemSetError.SdsDeviceIdLenTooBig, () => set.Map(source));
        Refused(
            PmemSetError.SdsDeviceIdLenTooBig,
            () => _bench.Source(Unit).SetShutdownState(new PartShutdownState(new string('x', 513), 0, 0)));
    }

    [Fact]
    public void A_file_on_this_machine_without_counters_has_no_state()
    {
        PmemSetSource source = _bench.Source(Unit);
        source.SetShutdownState(PartShutdownState.Fresh);
        Refused(PmemSetError.SdsNosupp, () => _bench.NewSet().Map(source));
    }

    [Fact]
    public void Bad_blocks_that_the_handler_clears_do_not_stop_the_map()
    {
        PmemSetSource source = Bad();
        List<PmemSetEventKind> kinds = [];
        PmemSet set = _bench.NewSet(Config with
        {
            EventHandler = (PmemSet _, in PmemSetEvent e) =>
            {
                kinds.Add(e.Kind);
                if (e.Kind == PmemSetEventKind.BadBlock)
                {
                    e.Source!.ClearBadBlock(e.BadBlock);
                }

                return 0;
            },
        });
        set.Map(source);
        Assert.Equal([PmemSetEventKind.BadBlock, PmemSetEventKind.BadBlocksCleared, PmemSetEventKind.PartAdd], kinds);
        kinds.Clear();
        set.Map(source);
        Assert.Equal([PmemSetEventKind.PartAdd], kinds);
    }

    [Fact]
    public void Bad_blocks_that_remain_stop_the_map()
    {
        PmemSet set = _bench.NewHeardSet();
        Refused(PmemSetError.IoFail, () => set.Map(Bad()));
        Assert.Equal([PmemSetEventKind.BadBlock], _bench.TakeKinds());
        Assert.Empty(PartsOf(set));
    }

    [Fact]
    public void The_handler_may_refuse_a_source_whose_bad_blocks_were_cleared()
    {
        PmemSetSource source = Bad();
        PmemSet set = _bench.NewSet(Config with
        {
            EventHandler = (PmemSet _, in PmemSetEvent e) =>
            {
                _devices.BadBlocks.Clear();
                return e.Kind == PmemSetEventKind.BadBlocksCleared ? -77 : 5;
            },
        });
        Assert.Equal(-77, Assert.Throws<PmemSetException>(() => set.Map(source)).Code);
        Assert.Empty(PartsOf(set));
    }

    private PmemSetSource NewSource(PartShutdownState state)
    {
        PmemSetSource source = _bench.Source(2 * Unit);
        source.Devices = _devices;
        source.SetShutdownState(state);
        return source;
    }

    private PmemSetSource Bad()
    {
        _devices.BadBlocks.Add(new PmemBadBlock(4096, 512));
        PmemSetSource source = _bench.Source(Unit);
        source.Devices = _devices;
        source.DetectsBadBlocks = true;
        return source;
    }
}
