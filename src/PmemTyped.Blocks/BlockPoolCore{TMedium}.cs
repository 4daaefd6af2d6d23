using PmemTyped.Blocks.Btt;
using PmemTyped.Blocks.Layout;
using PmemTyped.Mapping;
using PmemTyped.Native;
using PmemTyped.Sets;
using PmemTyped.Sets.Layout;

namespace PmemTyped.Blocks;

/// <summary>
/// A block pool over any medium: header, descriptor, shutdown state and table. <see cref="BlockPool"/> is its shell
/// over a file; crash tests run it over a recording medium.
/// </summary>
internal sealed partial class BlockPoolCore<TMedium>
    where TMedium : struct, IPmemMedium
{
    /// <summary>"PMEMBLK" and NUL.</summary>
    internal const ulong Signature = 0x004B_4C42_4D45_4D50;

    private const string UnknownFeature =
        "its header has a read-only-compat feature that this version does not know, so the pool may only be read. "
        + "Use a version that knows it.";

    private const string OpenedReadOnly = "it was opened read-only. Open it for writing.";

    private TMedium _medium;
    private bool _marksClean;

    private BlockPoolCore(
        TMedium medium,
        string path,
        BlockTranslationTable<TMedium> table,
        bool isReadOnly,
        bool marksClean,
        ShutdownIdentity? identity)
    {
        _medium = medium;
        _marksClean = marksClean;
        Path = path;
        Table = table;
        IsReadOnly = isReadOnly;
        Identity = identity;
    }

    internal string Path { get; }

    internal BlockTranslationTable<TMedium> Table { get; }

    internal bool IsReadOnly { get; }

    /// <summary>Gets the identity of the devices when the pool was opened, or has grown.</summary>
    internal ShutdownIdentity? Identity { get; private set; }

    private static long ApplicationArea =>
        BlockDescriptorLayout.FileOffset + BlockDescriptorLayout.ApplicationAreaOffset;

    /// <summary>Makes a pool on a medium whose first page is zero. Persisted on return.</summary>
    internal static void Create(TMedium medium, BlockPoolFormat format)
    {
        const long Descriptor = BlockDescriptorLayout.FileOffset;
        medium.Store32(Descriptor, (uint)format.BlockBytes);
        medium.Store32(Descriptor + BlockDescriptorLayout.IsZeroedOffset, format.IsZeroed ? 1u : 0u);
        medium.ClearFlushed(
            Descriptor + BlockDescriptorLayout.RunTimeOffset,
            BlockDescriptorLayout.SizeBytes - BlockDescriptorLayout.RunTimeOffset,
            PoolOrdering.P1);

        // The reference's information tool takes the start of the data from the difference of these two words.
        medium.Store64(Descriptor + BlockDescriptorLayout.RunTimeDataOffset, (ulong)BttGeometry.FirstArena);
        medium.Store(ApplicationArea, format.Application.Span);
        if (!format.IsZeroed)
        {
            ForgetOlderInfo(medium, format.BlockBytes);
        }

        // P1: crash before here: the header page is still zero, so the file is no pool.
        medium.Persist(Descriptor, BlockDescriptorLayout.SizeBytes, PoolOrdering.P1);
        PartHeaderLayout header = format.Header ?? NewHeader(format.CreationTimeSeconds);
        medium.StoreFlushed(0, Blittable.AsBytes(in header), PoolOrdering.P2);

        // P2: crash before here: the header may be torn, which its checksum shows; nobody was given the pool yet.
        medium.Drain(PoolOrdering.P2);
    }

    /// <summary>
    /// Opens a pool. Nothing is stored unless opening succeeds, except that a growth which a crash interrupted is finished.
    /// </summary>
    /// <param name="medium">The pool.</param>
    /// <param name="path">Its name, for messages.</param>
    /// <param name="expectedBlockBytes">Required block size, 0 for any.</param>
    /// <param name="current">Identity of the devices now.</param>
    /// <param name="lanes">Number of lanes, null for the default.</param>
    /// <param name="order">Order of the two halves of a flog entry, null for the one that fits medium and CPU.</param>
    /// <param name="isReadOnly">Whether writes are refused; recovery stores into the medium nevertheless.</param>
    /// <param name="isSet">Whether it is the pool of a set file, whose headers were compared already.</param>
    internal static BlockPoolCore<TMedium> Open(
        TMedium medium,
        string path,
        int expectedBlockBytes,
        ShutdownIdentity? current,
        int? lanes = null,
        FlogEntryOrder? order = null,
        bool isReadOnly = false,
        bool isSet = false)
    {
        FinishGrowth(medium, path, current, isSet);
        PartHeaderLayout header = LoadHeader(medium);
        Require(path, PartHeader.Examine(in header, Signature, isSet));
        Require(path, ShutdownState.Examine(in header, current));
        BttIdentity identity = ReadIdentity(medium, path, in header);
        if (expectedBlockBytes != 0 && expectedBlockBytes != identity.BlockBytes)
        {
            BlockSizeFinding(
                PoolFindingKind.Format,
                FormattableString.Invariant($"{expectedBlockBytes}, as asked for"),
                (uint)identity.BlockBytes,
                "Open it with its own block size.").Throw(path);
        }

        if (isReadOnly)
        {
            identity = identity with { ReadOnlyBecause = OpenedReadOnly };
        }

        bool marksClean = false;
        PartHeaderLayout examined = header;
        var table = BlockTranslationTable<TMedium>.Open(
            medium,
            identity,
            lanes,
            order,
            () => marksClean = ShutdownState.MarkDirty(medium, in examined, current));
        return new BlockPoolCore<TMedium>(medium, path, table, identity.IsReadOnly, marksClean, current);
    }

    /// <summary>The header of a new pool in one file.</summary>
    internal static PartHeaderLayout NewHeader(long creationTimeSeconds) => PartHeader.ForSinglePart(
        Signature, PoolFeatures.Default, creationTimeSeconds, Guid.NewGuid(), Guid.NewGuid(), default);

    internal static PartHeaderLayout LoadHeader(TMedium medium) =>
        Blittable.Read<PartHeaderLayout>(medium.Window(0, PartHeaderLayout.SizeBytes));

    internal static BttIdentity ReadIdentity(TMedium medium, string path, in PartHeaderLayout header)
    {
        uint blockBytes = medium.Load32(BlockDescriptorLayout.FileOffset);
        if (blockBytes is 0 or > int.MaxValue)
        {
            BlockSizeFinding(
                PoolFindingKind.Corruption,
                FormattableString.Invariant($"1 to {int.MaxValue}"),
                blockBytes,
                BttInfoValidator.RepairHint).Throw(path);
        }

        bool isZeroed =
            medium.Load32(BlockDescriptorLayout.FileOffset + BlockDescriptorLayout.IsZeroedOffset) != 0;
        return new BttIdentity(
            path,
            header.PoolSetUuid,
            (int)blockBytes,
            isZeroed,
            PartHeader.IsReadOnly(in header) ? UnknownFeature : null);
    }

    /// <summary>Copies the first bytes of the application area.</summary>
    internal void ReadApplicationArea(Span<byte> destination) => _medium.Load(ApplicationArea, destination);

    /// <summary>Fills the application area from an offset on whose first eight bytes are zero. Persisted on return.</summary>
    internal void InitializeApplicationArea(ReadOnlySpan<byte> source, int offset = 0)
    {
        Table.ThrowIfReadOnly("fill the application area of");
        long start = ApplicationArea + offset;
        if (_medium.Load64(start) != 0)
        {
            throw new InvalidOperationException(FormattableString.Invariant(
                $"The application area of '{Path}' is in use at offset {offset} already; it is written once, unless it is retracted."));
        }

        _medium.StoreFlushed(start + sizeof(ulong), source[sizeof(ulong)..], PoolOrdering.P3);

        // P3: crash before here: the first eight bytes are zero, so what is written counts as absent.
        _medium.Drain(PoolOrdering.P3);
        _medium.Store64(start, BitConverter.ToUInt64(source));

        // P4: crash before here: what is written is absent or complete.
        _medium.Persist(start, sizeof(ulong), PoolOrdering.P4);
    }

    /// <summary>Makes the first eight bytes from an offset of the application area on zero. Persisted on return.</summary>
    internal void RetractApplicationArea(int offset)
    {
        Table.ThrowIfReadOnly("retract a part of the application area of");
        _medium.Store64(ApplicationArea + offset, 0);

        // P6: crash before here: what was written there still counts, or does not.
        _medium.Persist(ApplicationArea + offset, sizeof(ulong), PoolOrdering.P6);
    }

    /// <summary>Waits for operations under way and marks the pool as cleanly closed.</summary>
    internal void Close(Action release) => Close(() => { }, release);

    /// <summary>As the other one; copies elsewhere are closed between the two.</summary>
    internal void Close(Action endReplication, Action release) => Table.Close(() =>
    {
        try
        {
            endReplication();
            if (_marksClean)
            {
                ShutdownState.MarkClean(_medium);
            }
        }
        finally
        {
            release();
        }
    });

    // An existing file may hold the info block of an older pool where ours will be; without its first eight bytes it
    // counts as never completed.
    private static void ForgetOlderInfo(TMedium medium, int blockBytes)
    {
        foreach (ArenaGeometry arena in BttGeometry.Plan(medium.LengthBytes, blockBytes) ?? [])
        {
            foreach (long info in (ReadOnlySpan<long>)[arena.Start, arena.InfoCopy])
            {
                medium.Store64(info, 0);
                medium.Flush(info, sizeof(ulong), PoolOrdering.P1);
            }
        }
    }

    private static void Require(string path, PoolFinding? finding) => finding?.Throw(path);

    private static PoolFinding BlockSizeFinding(
        PoolFindingKind kind, string expected, uint found, string nextStep) => new(
        kind,
        "block size",
        BlockDescriptorLayout.FileOffset,
        expected,
        FormattableString.Invariant($"{found}"),
        nextStep);
}
