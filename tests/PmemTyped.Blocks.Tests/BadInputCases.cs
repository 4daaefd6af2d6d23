using System.Text;
using PmemTyped.Blocks.Layout;
using static PmemTyped.Blocks.Tests.SoundPool;

namespace PmemTyped.Blocks.Tests;

/// <summary>A file that must be refused: how it comes about, with which exception, and what the message says.</summary>
internal sealed record BadInput(Func<byte[], byte[]> Damage, Type Refusal, string[] Says, int BlockSize = 0)
{
    private const string Restore = "Restore the pool from a copy, or repair it explicitly.";
    private const string InfoBlock = "arena 0 info block";

    internal static IReadOnlyDictionary<string, BadInput> Cases { get; } = new Dictionary<string, BadInput>
    {
        ["empty file"] = Other(_ => [], "file size", "but is 0", "It is not a block pool, or it was truncated."),
        ["file too small"] = Other(_ => new byte[5000], "file size", "but is 5000", "truncated"),
        ["a page less than a pool"] = Other(b => b[..16781312], "at least 16785408 bytes", "16781312", "truncated"),
        ["nothing but zeros"] = Other(b => new byte[b.Length], "a pool header", "all zero", "create it again"),
        ["foreign file"] = Other(Foreign, "pool signature", "'Not a po'", "check the path"),
        ["pool of another type"] = Other(
            b => WithHeader(b, h => h with { Signature = 0x004A_424F_4D45_4D50 }), "'PMEMOBJ'", "the library that made it"),
        ["unknown incompat feature"] = Other(
            b => WithHeader(b, h => h with { Incompat = 0x16 }), "pool incompat features", "0x16", "knows the feature"),
        ["part of a set"] = Other(
            b => WithHeader(b, h => h with { NextPartUuid = h.PoolSetUuid }), "pool part links", "Open it by its pool set file"),
        ["other machine"] = Other(
            b => WithHeader(b, h => h with { Machine = 21 }), "architecture", "machine 21", "kind of machine that made it"),
        ["opened with another block size"] = new(
            b => b, typeof(PmemFormatException), ["4096, as asked for", "but is 512", "Open it with its own block size."], 4096),
        ["header checksum"] = Damaged(b => With(b, 4088, 1), "pool header checksum", "0x", "Restore the file from a copy"),
        ["last page cut"] = Damaged(b => b[..^4096], InfoBlock, "the file was truncated", Restore),
        ["half cut"] = Damaged(b => b[..(b.Length / 2)], InfoBlock, "the file was truncated", Restore),
        ["cut into the flog"] = Damaged(b => b[..((int)Arena.Flog + 8192)], InfoBlock, "the file was truncated", Restore),
        ["block size 0"] = Damaged(b => With(b, 4096, 0), "block size at offset 0x1000", "but is 0", Restore),
        ["block size above 2 GiB"] = Damaged(b => With(b, 4096, 0x8000_0000), "block size", "2147483648", Restore),
        ["block size that fits no arena"] = Damaged(
            b => With(b, 4096, 1 << 26), "every arena holds 512 blocks", "67108864", Restore),
        ["other block size in the descriptor"] = Damaged(
            b => With(b, 4096, 1024), "block size 1024, as in the descriptor", "but is 512", Restore),
        ["first info block zero"] = Damaged(Zeroed, InfoBlock, "valid, as is its copy at 0x23FF000", "all zero", Restore),
        ["info block of another pool"] = Damaged(
            b => WithInfo(b, i => i with { ParentUuid = Guid.Empty }), InfoBlock, "of another pool", Restore),
        ["info block of version 0"] = Damaged(b => WithInfo(b, i => i with { Major = 0 }), InfoBlock, "version 0.1", Restore),
        ["info block signature"] = Damaged(
            b => WithInfo(b, i => i with { SignatureHigh = 0 }), InfoBlock, "without its signature", Restore),
        ["no free blocks"] = Geometry(i => i with { FreeBlocks = 0 }, "0 free"),
        ["too many lanes"] = Geometry(i => i with { FreeBlocks = 257 }, "257 free"),
        ["no blocks"] = Geometry(i => i with { ExternalBlocks = 0 }, "0 of"),
        ["more blocks outside than inside"] = Geometry(i => i with { ExternalBlocks = uint.MaxValue }, "4294967295 of"),
        ["more blocks inside"] = Geometry(i => i with { InternalBlocks = i.InternalBlocks + 1 }, "block counts that fit"),
        ["no block bytes"] = Geometry(i => i with { InternalBlockBytes = 0 }, "blocks of 0 bytes"),
        ["too many block bytes"] = Geometry(i => i with { InternalBlockBytes = uint.MaxValue }, "blocks of 4294967295 bytes"),
        ["next arena beyond the end"] = Geometry(i => i with { NextOffset = 1L << 39 }, "0x8000000000"),
        ["next arena inside this one"] = Geometry(i => i with { NextOffset = 4096 }, "0x1000"),
        ["data before the arena"] = Geometry(i => i with { DataOffset = 0 }, "in this order"),
        ["data at the smallest number"] = Geometry(i => i with { DataOffset = long.MinValue }, "in this order"),
        ["map before the data"] = Geometry(i => i with { MapOffset = 4092 }, "in this order"),
        ["map behind the flog"] = Geometry(i => i with { MapOffset = i.InfoOffset }, "in this order"),
        ["map not aligned"] = Geometry(i => i with { MapOffset = i.MapOffset + 2 }, "in this order"),
        ["flog not aligned"] = Geometry(i => i with { FlogOffset = i.FlogOffset + 32 }, "in this order"),
        ["flog without room"] = Geometry(i => i with { FlogOffset = i.InfoOffset - 64 }, "block counts that fit"),
        ["copy at the largest number"] = Geometry(i => i with { InfoOffset = long.MaxValue }, "an arena that ends at byte"),
        ["flog lba"] = Flog(0, 0, Arena.Lbas),
        ["flog lba of the half that does not count"] = Flog(200, 16, uint.MaxValue),
        ["flog free block"] = Flog(200, 4, 0xC000_0000 | Arena.InternalBlocks),
        ["flog new block"] = Flog(255, 8, 0xFFFF_FFFF),
    };

    private static BadInput Other(Func<byte[], byte[]> damage, params string[] says) =>
        new(damage, typeof(PmemFormatException), says);

    private static BadInput Damaged(Func<byte[], byte[]> damage, params string[] says) =>
        new(damage, typeof(PmemCorruptionException), says);

    private static BadInput Geometry(Func<BttInfoLayout, BttInfoLayout> change, string says) =>
        Damaged(b => WithInfo(b, change), InfoBlock, says, Restore);

    private static BadInput Flog(int slot, int offset, uint value) => Damaged(
        b => With(b, Arena.FlogEntryOffset(slot, 0) + offset, value),
        FormattableString.Invariant($"arena 0 flog slot {slot} at offset 0x"),
        FormattableString.Invariant($"{value & (offset == 0 || offset == 16 ? uint.MaxValue : 0x3FFF_FFFF)}"),
        Restore);

    private static byte[] Zeroed(byte[] pool)
    {
        pool.AsSpan(InfoOffset, BttInfoLayout.SizeBytes).Clear();
        return pool;
    }

    private static byte[] Foreign(byte[] pool)
    {
        ReadOnlySpan<byte> text = Encoding.ASCII.GetBytes("Not a pool at all. ");
        for (int i = 0; i < pool.Length; i++)
        {
            pool[i] = text[i % text.Length];
        }

        return pool;
    }
}
