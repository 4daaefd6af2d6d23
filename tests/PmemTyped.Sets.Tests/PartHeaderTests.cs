using PmemTyped.Native;
using PmemTyped.Sets.Layout;

namespace PmemTyped.Sets.Tests;

/// <summary>A header is accepted as the real library writes it, and refused for the first thing that is wrong.</summary>
public sealed class PartHeaderTests
{
    private static readonly Dictionary<string, Expectation> s_refused = new()
    {
        ["all zero"] = new(_ => default, "pool header", "all zero", IsSealed: false),
        ["signature of an object pool"] = new(
            h => h with { Signature = 0x004A_424F_4D45_4D50 }, "pool signature", "'PMEMOBJ'"),
        ["signature of nobody"] = new(h => h with { Signature = 1 }, "pool signature", "0x0000000000000001"),
        ["major 0"] = new(h => h with { Major = 0 }, "pool format version", "0"),
        ["major 2"] = new(h => h with { Major = 2 }, "pool format version", "2"),
        ["unknown incompat"] = new(h => h with { Incompat = h.Incompat | 8 }, "pool incompat features", "0xE"),
        ["highest unknown incompat"] = new(
            h => h with { Incompat = h.Incompat | 0x2000_0000 }, "pool incompat features", "0x20000006"),
        ["single header"] = new(h => h with { Incompat = 7 }, "pool part links", "pool set"),
        ["other alignments"] = new(
            h => h with { AlignmentDescriptor = 0x7F7_3777_7311 }, "pool architecture flags", "0x7F737777311"),
        ["32 bit"] = new(h => h with { MachineClass = 1 }, "pool architecture flags", "class 1"),
        ["big-endian"] = new(h => h with { DataEncoding = 2 }, "pool architecture flags", "encoding 2"),
        ["other machine"] = new(h => h with { Machine = 21 }, "pool architecture flags", "machine 21"),
        ["architecture reserved 0"] = new(h => h with { ArchitectureReserved0 = 1 }, "pool architecture flags", "class 2"),
        ["architecture reserved 1"] = new(h => h with { ArchitectureReserved1 = 1 }, "pool architecture flags", "class 2"),
        ["previous part"] = new(h => h with { PreviousPartUuid = Guid.Empty }, "pool part links", "pool set"),
        ["next part"] = new(h => h with { NextPartUuid = h.PoolSetUuid }, "pool part links", "pool set"),
        ["previous replica"] = new(h => h with { PreviousReplicaUuid = Guid.Empty }, "pool replica links", "a replica"),
        ["next replica"] = new(h => h with { NextReplicaUuid = h.PoolSetUuid }, "pool replica links", "a replica"),
    };

    private static readonly Dictionary<string, Func<PartHeaderLayout, PartHeaderLayout>> s_accepted = new()
    {
        ["as it is"] = h => h,
        ["no compat"] = h => h with { Compat = 0 },
        ["unknown compat"] = h => h with { Compat = uint.MaxValue },
        ["unknown read-only compat"] = h => h with { ReadOnlyCompat = 0x10 },
        ["without shutdown state"] = h => h with { Incompat = 2 },
        ["before version 1.4"] = h => h with { Incompat = 0, Compat = 0 },
        ["impossible time"] = h => h with { CreationTimeSeconds = long.MaxValue },
        ["no pool identity"] = h => h with { PoolSetUuid = Guid.Empty },
    };

    public static TheoryData<string> Refused => [.. s_refused.Keys];

    public static TheoryData<string> Accepted => [.. s_accepted.Keys];

    [Fact]
    public void The_vector_of_the_format_is_made_to_the_byte()
    {
        byte[] vector = HeaderVector.Bytes();
        PartHeaderLayout header = PartHeader.ForSinglePart(
            HeaderVector.Signature,
            PoolFeatures.Default,
            0x6B01_0745,
            new Guid(vector.AsSpan(24, 16)),
            new Guid(vector.AsSpan(40, 16)),
            default);
        Assert.Equal(HeaderVector.Checksum, header.Checksum);
        Assert.Equal(vector, Blittable.AsBytes(in header).ToArray());
    }

    [Theory]
    [MemberData(nameof(Accepted))]
    public void A_sound_header_is_accepted(string name)
    {
        PartHeaderLayout header = HeaderVector.Changed(s_accepted[name]);
        Assert.Null(PartHeader.Examine(in header, HeaderVector.Signature));
        Assert.Equal(header.ReadOnlyCompat != 0, PartHeader.IsReadOnly(in header));
    }

    [Theory]
    [MemberData(nameof(Refused))]
    public void A_header_that_is_something_else_is_refused_with_what_was_found(string name)
    {
        Expectation expected = s_refused[name];
        PartHeaderLayout header = expected.IsSealed
            ? HeaderVector.Changed(expected.Change)
            : expected.Change(HeaderVector.Header());
        PoolFinding finding = Assert.IsType<PoolFinding>(PartHeader.Examine(in header, HeaderVector.Signature));

        Assert.Equal((PoolFindingKind.Format, expected.Structure), (finding.Kind, finding.Structure));
        Assert.Contains(expected.Found, finding.Found, StringComparison.Ordinal);
        Assert.NotEmpty(finding.NextStep);
        var refusal = Assert.Throws<PmemFormatException>(() => finding.Throw("/some/pool"));
        Assert.Contains("/some/pool", refusal.Message, StringComparison.Ordinal);
        Assert.Contains(finding.Found, refusal.Message, StringComparison.Ordinal);
        Assert.Contains(finding.NextStep, refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_flipped_byte_under_the_checksum_is_damage()
    {
        for (int offset = 0; offset < PartHeaderLayout.SizeBytes; offset++)
        {
            byte[] page = HeaderVector.Bytes();
            page[offset] ^= 0x10;
            PoolFinding? finding =
                PartHeader.Examine(Blittable.Read<PartHeaderLayout>(page), HeaderVector.Signature);
            bool isCovered = offset is < PartHeaderLayout.ShortChecksumBytes or >= PartHeaderLayout.ChecksumOffset;
            (PoolFindingKind, string)? expected = !isCovered ? null
                : offset < PartHeader.SignatureBytes ? (PoolFindingKind.Format, "pool signature")
                : (PoolFindingKind.Corruption, "pool header checksum");
            Assert.Equal((offset, expected), (offset, finding is null ? null : (finding.Kind, finding.Structure)));
        }
    }

    [Fact]
    public void Without_the_short_checksum_the_whole_page_is_covered()
    {
        PartHeaderLayout sound = HeaderVector.Changed(h => h with { Incompat = 0 });
        Assert.Null(PartHeader.Examine(in sound, HeaderVector.Signature));
        for (int offset = PartHeader.SignatureBytes; offset < PartHeaderLayout.SizeBytes; offset++)
        {
            byte[] page = Blittable.AsBytes(in sound).ToArray();
            page[offset] ^= 0x10;
            PoolFinding? finding =
                PartHeader.Examine(Blittable.Read<PartHeaderLayout>(page), HeaderVector.Signature);
            Assert.Equal((offset, "pool header checksum"), (offset, finding?.Structure));
        }
    }

    [Fact]
    public void Damage_is_reported_as_corruption_with_both_checksums()
    {
        PartHeaderLayout header = HeaderVector.Header();
        header.Checksum = 0x1234;
        PoolFinding finding = PartHeader.Examine(in header, HeaderVector.Signature)!;
        var refusal = Assert.Throws<PmemCorruptionException>(() => finding.Throw("/some/pool"));
        Assert.Equal(4088, refusal.Offset);
        Assert.Contains("should be 0xE85827972F80AD8F, but is 0x0000000000001234", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0x004B_4C42_4D45_4D50, "'PMEMBLK'")]
    [InlineData(0x4847_4645_4443_4241, "'ABCDEFGH'")]
    [InlineData(0x0000_0000_0000_0007, "0x0000000000000007")]
    [InlineData(0x0000_0000_4100_0041, "0x0000000041000041")]
    public void A_signature_is_shown_as_text_where_it_is_text(ulong signature, string expected) =>
        Assert.Equal(expected, PartHeader.SignatureText(signature));

    private sealed record Expectation(
        Func<PartHeaderLayout, PartHeaderLayout> Change, string Structure, string Found, bool IsSealed = true);
}
