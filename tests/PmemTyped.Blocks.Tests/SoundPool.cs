using System.Buffers.Binary;
using PmemTyped.Blocks.Btt;
using PmemTyped.Blocks.Layout;
using PmemTyped.Native;
using PmemTyped.Sets;
using PmemTyped.Sets.Layout;
using PmemTyped.Testing;

namespace PmemTyped.Blocks.Tests;

/// <summary>A written and closed pool as an array, to be damaged. Large enough that its half is a possible pool size.</summary>
internal static class SoundPool
{
    internal const int BlockBytes = 512;
    internal const long PoolBytes = 36L << 20;
    internal const int InfoOffset = 8192;

    private static readonly Lazy<byte[]> s_bytes = new(Make);

    internal static ArenaGeometry Arena { get; } = BttGeometry.Plan(PoolBytes, BlockBytes)!.Single();

    internal static byte[] Bytes() => [.. s_bytes.Value];

    internal static byte[] Content(long block)
    {
        byte[] content = new byte[BlockBytes];
        Array.Fill(content, (byte)(block + 1));
        return content;
    }

    /// <summary>Stores a number, little-endian.</summary>
    internal static byte[] With(byte[] pool, long offset, uint value)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(pool.AsSpan((int)offset), value);
        return pool;
    }

    /// <summary>Changes the header and gives it the checksum that belongs to it.</summary>
    internal static byte[] WithHeader(byte[] pool, Func<PartHeaderLayout, PartHeaderLayout> change)
    {
        PartHeaderLayout header = change(Blittable.Read<PartHeaderLayout>(pool));
        header.Checksum = PartHeader.ComputeChecksum(in header);
        Blittable.AsBytes(in header).CopyTo(pool);
        return pool;
    }

    /// <summary>Changes the first info block and gives it the checksum that belongs to it; the copy stays.</summary>
    internal static byte[] WithInfo(byte[] pool, Func<BttInfoLayout, BttInfoLayout> change)
    {
        BttInfoLayout info = change(Blittable.Read<BttInfoLayout>(pool.AsSpan(InfoOffset)));
        info.Checksum = BttInfoLayout.ComputeChecksum(in info);
        Blittable.AsBytes(in info).CopyTo(pool.AsSpan(InfoOffset));
        return pool;
    }

    // Blocks 0 to 9 are written, 3 is bad and 4 is zero afterwards.
    private static byte[] Make()
    {
        using var directory = TempDirectory.CreateInMemory();
        string path = directory.File("sound");
        using (BlockPool pool = BlockPool.Create(path, BlockBytes, PoolBytes))
        {
            for (long block = 0; block < 10; block++)
            {
                pool.Write(block, Content(block));
            }

            pool.SetError(3);
            pool.SetZero(4);
        }

        return File.ReadAllBytes(path);
    }
}
