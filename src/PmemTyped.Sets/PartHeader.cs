using System.Runtime.InteropServices;
using System.Text;
using PmemTyped.Native;
using PmemTyped.Sets.Layout;

namespace PmemTyped.Sets;

/// <summary>Makes and judges the header page of a pool in one file (block pool format, sections 3 and 12.2).</summary>
public static class PartHeader
{
    /// <summary>Compat feature CHECK_BAD_BLOCKS.</summary>
    public const uint CheckBadBlocks = 1;

    /// <summary>Size of a signature in bytes.</summary>
    public const int SignatureBytes = 8;

    private const uint SupportedMajor = 1;
    private const ulong AlignmentDescriptor = 0x0000_07F7_3777_7310;
    private const byte MachineClass64 = 2;
    private const byte LittleEndian = 1;
    private const ushort MachineX64 = 62;
    private const ushort MachineArm64 = 183;

    private static ushort ThisMachine =>
        RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? MachineArm64 : MachineX64;

    /// <summary>A header of a pool that consists of one part, checksum included.</summary>
    /// <param name="signature">Eight ASCII characters, NUL-padded.</param>
    /// <param name="features">Incompat features.</param>
    /// <param name="creationTimeSeconds">Seconds since the Unix epoch.</param>
    /// <param name="poolSet">Identity of the pool.</param>
    /// <param name="part">Identity of the part.</param>
    /// <param name="shutdownState">The shutdown state to begin with.</param>
    public static PartHeaderLayout ForSinglePart(
        ulong signature,
        PoolFeatures features,
        long creationTimeSeconds,
        Guid poolSet,
        Guid part,
        in ShutdownStateLayout shutdownState) => ForPart(
            signature, features, creationTimeSeconds, poolSet, new PartLinks(part, part, part, part, part), in shutdownState);

    /// <summary>A header of one part of a set, checksum included.</summary>
    /// <param name="signature">Eight ASCII characters, NUL-padded.</param>
    /// <param name="features">Incompat features.</param>
    /// <param name="creationTimeSeconds">Seconds since the Unix epoch.</param>
    /// <param name="poolSet">Identity of the pool.</param>
    /// <param name="links">Identities of the part and its neighbours.</param>
    /// <param name="shutdownState">The shutdown state to begin with.</param>
    public static PartHeaderLayout ForPart(
        ulong signature,
        PoolFeatures features,
        long creationTimeSeconds,
        Guid poolSet,
        PartLinks links,
        in ShutdownStateLayout shutdownState)
    {
        var header = new PartHeaderLayout
        {
            Signature = signature,
            Major = SupportedMajor,
            Compat = CheckBadBlocks,
            Incompat = (uint)features,
            PoolSetUuid = poolSet,
            PartUuid = links.Part,
            PreviousPartUuid = links.PreviousPart,
            NextPartUuid = links.NextPart,
            PreviousReplicaUuid = links.PreviousReplica,
            NextReplicaUuid = links.NextReplica,
            CreationTimeSeconds = creationTimeSeconds,
            AlignmentDescriptor = AlignmentDescriptor,
            MachineClass = MachineClass64,
            DataEncoding = LittleEndian,
            Machine = ThisMachine,
            ShutdownState = shutdownState,
        };
        header.Checksum = ComputeChecksum(in header);
        return header;
    }

    /// <summary>The checksum that a header should carry.</summary>
    /// <param name="header">The header.</param>
    public static ulong ComputeChecksum(in PartHeaderLayout header)
    {
        bool isShort = ((PoolFeatures)header.Incompat).HasFlag(PoolFeatures.Checksum2K);
        return Fletcher64.Compute(
            Blittable.AsBytes(in header),
            PartHeaderLayout.ChecksumOffset,
            isShort ? PartHeaderLayout.ShortChecksumBytes : 0);
    }

    /// <summary>Judges a header. Nothing is changed.</summary>
    /// <param name="header">The header.</param>
    /// <param name="signature">The signature of the pool type that is looked for.</param>
    /// <param name="isPartOfSet">Whether it may have neighbours; who knows the set compares them.</param>
    /// <returns>The first thing that forbids opening, or null.</returns>
    public static PoolFinding? Examine(in PartHeaderLayout header, ulong signature, bool isPartOfSet = false)
    {
        if (!Blittable.AsBytes(in header).ContainsAnyExcept((byte)0))
        {
            return Differs(
                "pool header", 0, "a pool header", "all zero", "It is not a pool, or its creation was interrupted; create it again.");
        }

        bool hasChecksum = header.Checksum == ComputeChecksum(in header);
        if (header.Signature != signature)
        {
            return Differs(
                "pool signature",
                0,
                SignatureText(signature),
                SignatureText(header.Signature),
                hasChecksum ? "It is a pool of another type; use the library that made it." : "It is not such a pool; check the path.");
        }

        if (!hasChecksum)
        {
            return new PoolFinding(
                PoolFindingKind.Corruption,
                "pool header checksum",
                PartHeaderLayout.ChecksumOffset,
                Hex(ComputeChecksum(in header)),
                Hex(header.Checksum),
                "Restore the file from a copy, or repair the header explicitly.");
        }

        return ExamineVersion(in header) ?? ExamineArchitecture(in header) ?? (isPartOfSet ? null : ExamineLinks(in header));
    }

    /// <summary>Whether a pool with this header may only be read, because of an unknown ro-compat feature.</summary>
    /// <param name="header">The header.</param>
    public static bool IsReadOnly(in PartHeaderLayout header) => header.ReadOnlyCompat != 0;

    /// <summary>Shows a signature as text.</summary>
    /// <param name="signature">The signature.</param>
    public static string SignatureText(ulong signature)
    {
        Span<byte> bytes = stackalloc byte[SignatureBytes];
        BitConverter.TryWriteBytes(bytes, signature);
        ReadOnlySpan<byte> text = bytes.TrimEnd((byte)0);
        return text.ContainsAnyExceptInRange((byte)' ', (byte)'~')
            ? Hex(signature)
            : $"'{Encoding.ASCII.GetString(text)}'";
    }

    /// <summary>What forbids opening a pool between two forms of its set.</summary>
    internal static PoolFinding Unfinished() => Differs(
        "transformation of the set", 16, "finished", "interrupted", "Run 'pmt transform' with both set files again, which finishes it.");

    private static PoolFinding? ExamineVersion(in PartHeaderLayout header)
    {
        if (header.Major != SupportedMajor)
        {
            return Differs(
                "pool format version", 8, "1", FormattableString.Invariant($"{header.Major}"), "Use a version that knows this format.");
        }

        uint unknown = header.Incompat & ~(uint)PoolFeatures.Known;
        if (unknown == (uint)PoolFeatures.Growing)
        {
            return Differs(
                "pool growth", 16, "finished", "interrupted", "Open the pool for writing once, which finishes it.");
        }

        if (unknown == (uint)PoolFeatures.Transforming)
        {
            return Unfinished();
        }

        return unknown == 0
            ? null
            : Differs(
                "pool incompat features",
                16,
                "only known bits (0x7)",
                FormattableString.Invariant($"0x{header.Incompat:X}"),
                "Use a version that knows the feature.");
    }

    private static PoolFinding? ExamineArchitecture(in PartHeaderLayout header)
    {
        bool matches = header.AlignmentDescriptor == AlignmentDescriptor
            && header.MachineClass == MachineClass64
            && header.DataEncoding == LittleEndian
            && header.Machine == ThisMachine
            && header.ArchitectureReserved0 == 0
            && header.ArchitectureReserved1 == 0;
        return matches
            ? null
            : Differs(
                "pool architecture flags",
                128,
                FormattableString.Invariant($"64-bit little-endian machine {ThisMachine}"),
                FormattableString.Invariant(
                    $"class {header.MachineClass}, encoding {header.DataEncoding}, machine {header.Machine}, alignments 0x{header.AlignmentDescriptor:X}"),
                "Open it on the kind of machine that made it.");
    }

    private static PoolFinding? ExamineLinks(in PartHeaderLayout header)
    {
        bool isAlone = header.PreviousPartUuid == header.PartUuid
            && header.NextPartUuid == header.PartUuid
            && !((PoolFeatures)header.Incompat).HasFlag(PoolFeatures.SingleHeader);
        if (!isAlone)
        {
            return Differs(
                "pool part links", 40, "a pool of one part", "one part of a pool set", "Open it by its pool set file.");
        }

        bool hasReplica = header.PreviousReplicaUuid != header.PartUuid || header.NextReplicaUuid != header.PartUuid;
        return hasReplica
            ? Differs(
                "pool replica links", 88, "a pool without replicas", "a replica", "Open it by its pool set file.")
            : null;
    }

    private static PoolFinding Differs(
        string structure, long offset, string expected, string found, string nextStep) =>
        new(PoolFindingKind.Format, structure, offset, expected, found, nextStep);

    private static string Hex(ulong value) => FormattableString.Invariant($"0x{value:X16}");
}
