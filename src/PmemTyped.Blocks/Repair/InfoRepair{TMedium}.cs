using System.Buffers.Binary;
using PmemTyped.Blocks.Btt;
using PmemTyped.Blocks.Layout;
using PmemTyped.Mapping;
using PmemTyped.Native;
using PmemTyped.Sets.Layout;

namespace PmemTyped.Blocks.Repair;

/// <summary>
/// Restores info blocks from their copies and the other way round, and the block size from them. Where both are gone the
/// geometry of the pool gives every field but the identity, and a checksum that is left says whether that is right.
/// </summary>
internal static class InfoRepair<TMedium>
    where TMedium : struct, IPmemMedium
{
    private const string Intact = "the bytes of the intact block at 0x";
    private const string Geometry = "made from the geometry of the pool, which";

    /// <summary>Any info block with the right checksum, whatever pool it names, or null.</summary>
    internal static BttInfoLayout? FindAnyInfo(TMedium medium) => FindInfo(medium, info => true);

    /// <summary>The change of the descriptor's block size to that of the info blocks, if they differ.</summary>
    internal static IEnumerable<BlockPoolChange> FindBlockSize(TMedium medium)
    {
        Guid pool = BlockPoolCore<TMedium>.LoadHeader(medium).PoolSetUuid;
        uint stored = medium.Load32(BlockDescriptorLayout.FileOffset);
        if (FindInfo(medium, i => i.ParentUuid == pool)?.ExternalBlockBytes is not { } size || size == stored)
        {
            return [];
        }

        byte[] bytes = new byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, size);
        return
        [
            BlockPoolChange.Of(
                "block size",
                BlockDescriptorLayout.FileOffset,
                bytes,
                FormattableString.Invariant($"{stored}"),
                FormattableString.Invariant($"{size}, as in the info blocks"),
                isCertain: true),
        ];
    }

    /// <summary>The changes of info blocks and copies, arena by arena; each is to be made before the next is asked for.</summary>
    internal static IEnumerable<BlockPoolChange> Find(TMedium medium)
    {
        PartHeaderLayout header = BlockPoolCore<TMedium>.LoadHeader(medium);
        uint blockBytes = medium.Load32(BlockDescriptorLayout.FileOffset);
        if (blockBytes is 0 or > int.MaxValue || IsWithoutLayout(medium, header.PoolSetUuid, (int)blockBytes))
        {
            yield break;
        }

        var arena = new ArenaInfo(medium, header.PoolSetUuid, (int)blockBytes, 0, BttGeometry.FirstArena);
        while (true)
        {
            if (arena.FindFirst() is { } restored)
            {
                yield return restored;
            }

            BttInfoLayout info = BttLayoutReader<TMedium>.LoadInfo(medium, arena.Start);
            if (!arena.IsSound(in info))
            {
                yield break;
            }

            if (arena.FindFlag(in info) is { } unflagged)
            {
                yield return unflagged;
            }

            foreach (BlockPoolChange copy in arena.FindCopies())
            {
                yield return copy;
            }

            if (info.NextOffset == 0)
            {
                yield break;
            }

            arena = arena with { Index = arena.Index + 1, Start = arena.Start + info.NextOffset };
        }
    }

    private static bool IsWithoutLayout(TMedium medium, Guid pool, int blockBytes)
    {
        bool isZeroed = medium.Load32(BlockDescriptorLayout.FileOffset + BlockDescriptorLayout.IsZeroedOffset) != 0;
        return BttLayoutReader<TMedium>.Read(medium, pool, blockBytes, isZeroed, out _) is { IsWritten: false };
    }

    private static BttInfoLayout? FindInfo(TMedium medium, Func<BttInfoLayout, bool> fits)
    {
        long last = medium.LengthBytes - BttGeometry.MinArenaBytes;
        for (long start = BttGeometry.FirstArena; start <= last; start += BttGeometry.MaxArenaBytes)
        {
            foreach (long offset in (long[])[start, BttGeometry.InfoCopyAtEnd(start, medium.LengthBytes)])
            {
                BttInfoLayout info = BttLayoutReader<TMedium>.LoadInfo(medium, offset);
                if (BttInfoValidator.IsValid(in info, info.ParentUuid) && fits(info))
                {
                    return info;
                }
            }
        }

        return null;
    }

    /// <summary>The places of one arena where info blocks are.</summary>
    private sealed record ArenaInfo(TMedium Medium, Guid Pool, int BlockBytes, int Index, long Start)
    {
        private long End => BttGeometry.InfoCopyAtEnd(Start, Medium.LengthBytes);

        internal bool IsSound(in BttInfoLayout info) =>
            BttInfoValidator.IsValid(in info, Pool)
            && BttInfoValidator.ExamineGeometry(in info, Index, Start, Medium.LengthBytes, BlockBytes) is null;

        /// <summary>The change that makes the first block sound, or null when it is or cannot be.</summary>
        internal BlockPoolChange? FindFirst()
        {
            BttInfoLayout first = BttLayoutReader<TMedium>.LoadInfo(Medium, Start);
            if (IsSound(in first))
            {
                return null;
            }

            long last = Medium.LengthBytes - BttInfoLayout.SizeBytes - Start;
            bool isClaimed = first.InfoOffset >= BttInfoLayout.SizeBytes && first.InfoOffset <= last;
            foreach (long offset in (long[])[End, isClaimed ? Start + first.InfoOffset : End])
            {
                BttInfoLayout copy = BttLayoutReader<TMedium>.LoadInfo(Medium, offset);
                if (IsSound(in copy))
                {
                    string source = FormattableString.Invariant($"{Intact}{offset:X}");
                    return Change(Start, "info block", in first, in copy, source, true);
                }
            }

            return Regenerate(in first);
        }

        /// <summary>
        /// The change that takes the error flag away, or null when there is none or it is true: whoever set it could not
        /// store a map entry, and map and flog tell whether that left anything behind.
        /// </summary>
        internal BlockPoolChange? FindFlag(in BttInfoLayout info)
        {
            bool isFlagged = (info.Flags & BttInfoLayout.ErrorFlag) != 0;
            if (!isFlagged || !IsOwnershipSound(BttLayoutReader<TMedium>.ToGeometry(in info, Index, Start)))
            {
                return null;
            }

            BttInfoLayout without = info with { Flags = info.Flags & ~BttInfoLayout.ErrorFlag };
            without.Checksum = BttInfoLayout.ComputeChecksum(in without);
            return BlockPoolChange.Of(
                FormattableString.Invariant($"arena {Index} info block"),
                Start,
                Blittable.AsBytes(in without).ToArray(),
                "flagged by an earlier failure",
                "without the flag, because map and flog are sound",
                isCertain: false);
        }

        /// <summary>The changes that make the copies equal to the first block.</summary>
        internal IEnumerable<BlockPoolChange> FindCopies()
        {
            BttInfoLayout info = BttLayoutReader<TMedium>.LoadInfo(Medium, Start);
            string source = FormattableString.Invariant($"{Intact}{Start:X}");
            long claimed = Start + info.InfoOffset;
            BttInfoLayout copy = BttLayoutReader<TMedium>.LoadInfo(Medium, claimed);
            if (!Blittable.AsBytes(in copy).SequenceEqual(Blittable.AsBytes(in info)))
            {
                yield return Change(claimed, "info block copy", in copy, in info, source, true);
            }

            if (End < claimed + BttInfoLayout.SizeBytes)
            {
                yield break;
            }

            // The file has grown; the reference looks for the copy at its end, where nothing of the pool is.
            BttInfoLayout last = BttLayoutReader<TMedium>.LoadInfo(Medium, End);
            if (!last.HasSignature || last.Checksum != BttInfoLayout.ComputeChecksum(in last))
            {
                yield return Change(End, "end", in last, in info, source, true);
            }
        }

        // Everything but identity and flags follows from the size of file and blocks.
        private BlockPoolChange? Regenerate(in BttInfoLayout first)
        {
            ArenaGeometry[]? planned = BttGeometry.Plan(Medium.LengthBytes, BlockBytes);
            if (planned is null || Index >= planned.Length || planned[Index].Start != Start)
            {
                return null;
            }

            ArenaGeometry geometry = planned[Index];
            BttInfoLayout copy = BttLayoutReader<TMedium>.LoadInfo(Medium, geometry.InfoCopy);
            Guid other = FindInfo(Medium, i => i.ParentUuid == Pool)?.Uuid ?? Guid.Empty;
            foreach (Guid uuid in (Guid[])[first.Uuid, copy.Uuid, other])
            {
                BttInfoLayout candidate = geometry.ToInfo(uuid, Pool, flags: 0);
                if (candidate.Checksum == first.Checksum || candidate.Checksum == copy.Checksum)
                {
                    return Change(Start, "info block", in first, in candidate, $"{Geometry} fits the checksum", true);
                }
            }

            if (!IsOwnershipSound(geometry))
            {
                return null;
            }

            Guid guessed = other != Guid.Empty ? other : first.Uuid != Guid.Empty ? first.Uuid : Guid.NewGuid();
            BttInfoLayout guess = geometry.ToInfo(guessed, Pool, flags: 0);
            return Change(Start, "info block", in first, in guess, $"{Geometry} fits map and flog", false);
        }

        private bool IsOwnershipSound(ArenaGeometry geometry)
        {
            var findings = new FindingList();
            new ArenaOwnership<TMedium>(Medium, geometry, findings).Check(uint.MaxValue);
            return findings.Count == 0;
        }

        private BlockPoolChange Change(
            long offset, string name, in BttInfoLayout found, in BttInfoLayout restored, string source, bool isCertain) =>
            BlockPoolChange.Of(
                FormattableString.Invariant($"arena {Index} {name}"),
                offset,
                Blittable.AsBytes(in restored).ToArray(),
                BttInfoValidator.IsValid(in found, Pool) ? "different" : BttInfoValidator.Describe(in found, Pool),
                source,
                isCertain);
    }
}
