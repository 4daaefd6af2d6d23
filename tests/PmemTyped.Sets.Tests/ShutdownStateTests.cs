using PmemTyped.CrashTesting;
using PmemTyped.Native;
using PmemTyped.Sets.Layout;

namespace PmemTyped.Sets.Tests;

/// <summary>The shutdown state, row by row of the table in section 4 of the block pool format.</summary>
public sealed class ShutdownStateTests
{
    private static readonly ShutdownIdentity s_now = new(5, 9);

    private static readonly Dictionary<string, Row> s_rows = new()
    {
        ["all zero, with counters now"] = new(default, s_now, null),
        ["all zero, without counters now"] = new(default, default(ShutdownIdentity), null),
        ["checksum wrong"] = new(Torn(ShutdownState.Make(new(4, 9), isDirty: true)), s_now, null),
        ["equal and clean"] = new(ShutdownState.Make(s_now, isDirty: false), s_now, null),
        ["equal and dirty"] = new(ShutdownState.Make(s_now, isDirty: true), s_now, null),
        ["other count and clean"] = new(ShutdownState.Make(new(4, 9), isDirty: false), s_now, null),
        ["other device and clean"] = new(ShutdownState.Make(new(5, 8), isDirty: false), s_now, null),
        ["other count and dirty"] = new(
            ShutdownState.Make(new(4, 9), isDirty: true), s_now, PoolFindingKind.Corruption),
        ["other device and dirty"] = new(
            ShutdownState.Make(new(5, 8), isDirty: true), s_now, PoolFindingKind.Corruption),
        ["clean, identity unknown"] = new(ShutdownState.Make(s_now, isDirty: false), null, null),
        ["torn, identity unknown"] = new(Torn(ShutdownState.Make(s_now, isDirty: true)), null, null),
        ["dirty, identity unknown"] = new(ShutdownState.Make(s_now, isDirty: true), null, PoolFindingKind.Format),
    };

    public static TheoryData<string> Rows => [.. s_rows.Keys];

    [Theory]
    [InlineData(0, 0, false, 0)]
    [InlineData(0, 0, true, 0x0000000C00000001)]
    [InlineData(5, 0, true, 0x0000005C00000006)]
    [InlineData(5, 9, false, 0x000000CE0000000E)]
    [InlineData(0, 7, true, 0x0000006E00000008)]
    public void The_vectors_of_the_format_hold(ulong count, ulong device, bool isDirty, ulong checksum)
    {
        ShutdownStateLayout state = ShutdownState.Make(new ShutdownIdentity(count, device), isDirty);
        byte[] expected = new byte[64];
        BitConverter.TryWriteBytes(expected.AsSpan(0), count);
        BitConverter.TryWriteBytes(expected.AsSpan(8), device);
        expected[16] = isDirty ? (byte)1 : (byte)0;
        BitConverter.TryWriteBytes(expected.AsSpan(56), checksum);
        Assert.Equal(Convert.ToHexString(expected), Convert.ToHexString(Blittable.AsBytes(in state)));
    }

    [Theory]
    [MemberData(nameof(Rows))]
    public void Opening_is_refused_only_where_power_was_lost_under_an_open_pool(string name)
    {
        Row row = s_rows[name];
        PartHeaderLayout header = HeaderWith(row.Stored);
        PoolFinding? finding = ShutdownState.Examine(in header, row.Current);
        Assert.Equal(row.Refused, finding?.Kind);
        if (finding is not null)
        {
            Assert.Equal(("shutdown state", 4024L), (finding.Structure, finding.Offset));
            Assert.NotEmpty(finding.NextStep);
        }
    }

    [Theory]
    [MemberData(nameof(Rows))]
    public void An_accepted_state_becomes_dirty_with_the_identity_of_now_and_then_clean(string name)
    {
        Row row = s_rows[name];
        if (row.Refused is not null || row.Current is not { } now)
        {
            Assert.False(MarksDirty(row, out byte[] untouched));
            PartHeaderLayout before = HeaderWith(row.Stored);
            Assert.Equal(Blittable.AsBytes(in before).ToArray(), untouched);
            return;
        }

        StoreLog log = LogOf(row.Stored);
        PartHeaderLayout header = HeaderWith(row.Stored);
        Assert.True(ShutdownState.MarkDirty(log.Medium, in header, now));
        AssertState(log, ShutdownState.Make(now, isDirty: true));
        Assert.Contains(ShutdownStateOrdering.P1, log.Points);

        ShutdownState.MarkClean(log.Medium);
        AssertState(log, ShutdownState.Make(now, isDirty: false));
        Assert.Contains(ShutdownStateOrdering.P2, log.Points);
    }

    [Fact]
    public void Without_the_feature_the_area_is_neither_judged_nor_written()
    {
        ShutdownStateLayout dirty = ShutdownState.Make(new ShutdownIdentity(4, 9), isDirty: true);
        PartHeaderLayout header = HeaderWith(dirty) with { Incompat = (uint)PoolFeatures.Checksum2K };
        var log = new StoreLog(Blittable.AsBytes(in header));
        Assert.Null(ShutdownState.Examine(in header, s_now));
        Assert.False(ShutdownState.MarkDirty(log.Medium, in header, s_now));
        Assert.Equal(0, log.FlushCount);
        AssertState(log, dirty);
    }

    private static ShutdownStateLayout Torn(ShutdownStateLayout state) => state with { Checksum = state.Checksum ^ 1 };

    private static PartHeaderLayout HeaderWith(ShutdownStateLayout state) =>
        HeaderVector.Header() with { ShutdownState = state };

    private static StoreLog LogOf(ShutdownStateLayout state)
    {
        PartHeaderLayout header = HeaderWith(state);
        return new StoreLog(Blittable.AsBytes(in header));
    }

    // A refused pool is never marked; an unknown identity is the case where marking itself must decline.
    private static bool MarksDirty(Row row, out byte[] after)
    {
        StoreLog log = LogOf(row.Stored);
        PartHeaderLayout header = HeaderWith(row.Stored);
        bool marks = row.Refused != PoolFindingKind.Corruption && ShutdownState.MarkDirty(log.Medium, in header, row.Current);
        after = log.Medium.Window(0, PartHeaderLayout.SizeBytes).ToArray();
        return marks;
    }

    private static void AssertState(StoreLog log, ShutdownStateLayout expected) => Assert.Equal(
        Convert.ToHexString(Blittable.AsBytes(in expected)),
        Convert.ToHexString(log.Medium.Window(PartHeaderLayout.ShutdownStateOffset, ShutdownStateLayout.SizeBytes)));

    private sealed record Row(ShutdownStateLayout Stored, ShutdownIdentity? Current, PoolFindingKind? Refused);
}
