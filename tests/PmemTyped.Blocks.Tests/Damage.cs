using PmemTyped.Blocks.Layout;
using PmemTyped.Native;
using PmemTyped.Sets;
using PmemTyped.Sets.Layout;
using static PmemTyped.Blocks.Tests.SoundPool;

namespace PmemTyped.Blocks.Tests;

/// <summary>
/// A damage of the sound pool: what a repair changes, whether that is certain, whether the very bytes come back, and which
/// blocks are bad afterwards.
/// </summary>
internal sealed record Damage(
    Func<byte[], byte[]> Do,
    string[] Structures,
    bool IsCertain = true,
    bool IsIdentical = true,
    long[]? BadBlocks = null)
{
    private const string Info = "arena 0 info block";
    private const string Copy = "arena 0 info block copy";
    private const string Header = "pool header";

    internal static IReadOnlyDictionary<string, Damage> Cases { get; } = new Dictionary<string, Damage>
    {
        ["first info block zero"] = new(b => Zero(b, InfoOffset, 4096), [Info]),
        ["first info block checksum"] = new(b => With(b, InfoOffset + 60, 7), [Info]),
        ["first info block of another pool"] = new(b => WithInfo(b, i => i with { ParentUuid = Guid.Empty }), [Info]),
        ["first info block with wrong numbers"] = new(b => WithInfo(b, i => i with { ExternalBlocks = 9 }), [Info]),
        ["copy zero"] = new(b => Zero(b, Arena.InfoCopy, 4096), [Copy]),
        ["copy different"] = new(b => With(b, Arena.InfoCopy + 200, 1), [Copy]),
        ["both info blocks, checksum left"] = new(
            b => With(With(b, InfoOffset + 64, 1), Arena.InfoCopy + 96, 2), [Info, Copy]),
        ["block size"] = new(b => With(b, BlockDescriptorLayout.FileOffset, 4096), ["block size"]),
        ["header signature"] = new(b => With(b, 0, 0), [Header]),
        ["header version"] = new(b => With(b, 8, 9), [Header]),
        ["header compat word"] = new(b => With(b, 12, 0xFF), [Header]),
        ["header incompat word"] = new(b => With(b, 16, 0xFF), [Header]),
        ["header ro-compat word"] = new(b => With(b, 20, 0xFF), [Header]),
        ["header pool identity"] = new(b => With(b, 24, 1), [Header]),
        ["header part identity"] = new(b => With(b, 40, 1), [Header]),
        ["header links"] = new(b => Zero(b, 56, 48), [Header]),
        ["header architecture"] = new(b => With(b, 140, 1), [Header]),
        ["header unused bytes"] = new(b => With(b, 1000, 1), [Header]),
        ["left-over shutdown state"] = new(LeftOverState, ["shutdown state"], IsIdentical: false),
        ["flog slot without current half"] = Flog(b => With(b, Slot(77) + 12, 0)),
        ["flog slot with equal sequences"] = Flog(b => With(With(b, Slot(77) + 12, 2), Slot(77) + 28, 2)),
        ["flog slot with an impossible block number"] = Flog(b => With(b, Slot(77), uint.MaxValue)),
        ["flog slot with an impossible free block"] = Flog(b => With(b, Slot(77) + 4, 0xBFFF_FFFF)),
        ["flog slot with the free block of another"] = Flog(b => Copied(b, Slot(76) + 4, Slot(77) + 4, 8)),
        ["flog slot with an interrupted write of the block of another"] = Flog(b => Interrupted(Interrupted(b, 76), 77)),
        ["flog slot that was written without moving a block"] = Flog(b => With(b, Slot(77) + 12, 2)),
        ["header checksum"] = new(b => With(b, 4088, 1), [Header], IsCertain: false),
        ["header time"] = new(b => With(b, 120, 1), [Header], IsCertain: false, IsIdentical: false),
        ["header zero"] = new(b => Zero(b, 0, 4096), [Header], IsCertain: false, IsIdentical: false),
        ["both info blocks zero"] = new(
            b => Zero(Zero(b, InfoOffset, 4096), Arena.InfoCopy, 4096), [Info, Copy], IsCertain: false, IsIdentical: false),
        ["error flag of the arena"] = new(Flagged, [Info, Copy], IsCertain: false),
        ["map entry beyond the arena"] = Map(
            b => With(b, Arena.MapEntryOffset(6), 0xC000_0000 | Arena.InternalBlocks), [6], "arena 0 map entry 6"),
        ["two map entries with one block"] = Map(
            b => Copied(b, Arena.MapEntryOffset(5), Arena.MapEntryOffset(7), 4),
            [5, 7],
            "arena 0 map entry 5",
            "arena 0 map entry 7"),
        ["map entry with a free block"] = Map(
            b => Copied(b, Slot(77) + 4, Arena.MapEntryOffset(8), 4), [8], "arena 0 map entry 8", "arena 0 flog slot 77"),
    };

    private static Damage Flog(Func<byte[], byte[]> damage) =>
        new(damage, ["arena 0 flog slot 77"], IsIdentical: false);

    private static Damage Map(Func<byte[], byte[]> damage, long[] bad, params string[] structures) =>
        new(damage, structures, IsCertain: false, IsIdentical: false, bad);

    private static long Slot(int lane) => Arena.FlogEntryOffset(lane, 0);

    // Logged and active, with the map entry before: what recovery completes.
    private static byte[] Interrupted(byte[] pool, int lane)
    {
        const uint Block = 0xC000_0000 | 20;
        long half = Arena.FlogEntryOffset(lane, 1);
        uint free = BitConverter.ToUInt32(pool, (int)Slot(lane) + 4) & BttMapEntry.BlockMask;
        With(With(pool, half, 20), half + 4, Block);
        return With(With(pool, half + 8, 0xC000_0000 | free), half + 12, 2);
    }

    private static byte[] Zero(byte[] pool, long offset, int length)
    {
        pool.AsSpan((int)offset, length).Clear();
        return pool;
    }

    private static byte[] Copied(byte[] pool, long from, long to, int length)
    {
        pool.AsSpan((int)from, length).CopyTo(pool.AsSpan((int)to));
        return pool;
    }

    private static byte[] Flagged(byte[] pool) => Copied(
        WithInfo(pool, i => i with { Flags = BttInfoLayout.ErrorFlag }), InfoOffset, Arena.InfoCopy, BttInfoLayout.SizeBytes);

    private static byte[] LeftOverState(byte[] pool)
    {
        WithHeader(pool, h => h with { Incompat = (uint)PoolFeatures.Checksum2K });
        ShutdownStateLayout dirty = ShutdownState.Make(new ShutdownIdentity(0, 0), isDirty: true);
        Blittable.AsBytes(in dirty).CopyTo(pool.AsSpan(PartHeaderLayout.ShutdownStateOffset));
        return pool;
    }
}
