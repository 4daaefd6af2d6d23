using PmemTyped.Blocks;
using PmemTyped.Mapping;
using PmemTyped.Sets;

namespace PmemTyped.Fuzz;

/// <summary>Damages the structures of a pool with values that are likely to hurt.</summary>
internal sealed class PoolMutator(BlockPoolDescription pool)
{
    private const int PageBytes = 4096;
    private const int ChecksumOffset = 4088;
    private const int FlogSlotBytes = 64;

    private static readonly long[] s_headerFields =
        [0, 8, 12, 16, 20, 24, 40, 56, 72, 88, 104, 120, 128, 136, 140, 144, 4024, 4040, 4080, 4088];

    private static readonly long[] s_infoFields =
        [0, 8, 16, 32, 48, 52, 56, 60, 64, 68, 72, 76, 80, 88, 96, 104, 112, 120, 4088];

    /// <summary>The size that the round gives to the file; mostly its own.</summary>
    internal long Length(Random random) => random.Next(12) switch
    {
        0 => random.NextInt64(1, pool.PoolBytes / PageBytes) * PageBytes,
        1 => Math.Max(BlockPool.MinPoolBytes, pool.PoolBytes - (random.Next(1, 40) * PageBytes)),
        _ => pool.PoolBytes,
    };

    /// <summary>Damages the pool.</summary>
    internal void Damage(MapMedium medium, Random random)
    {
        ArenaDescription arena = pool.Arenas[0];
        int changes = random.Next(1, 8);
        for (int i = 0; i < changes; i++)
        {
            switch (random.Next(10))
            {
                case 0:
                    Change(medium, random, s_headerFields[random.Next(s_headerFields.Length)]);
                    break;
                case 1:
                    Change(medium, random, PageBytes + (random.Next(2) * 4));
                    break;
                case 2:
                    Change(medium, random, arena.Offset + s_infoFields[random.Next(s_infoFields.Length)]);
                    break;
                case 3:
                    Change(medium, random, arena.InfoCopyOffset + s_infoFields[random.Next(s_infoFields.Length)]);
                    break;
                case 4:
                case 5:
                    Change(medium, random, arena.MapOffset + (4 * random.NextInt64(arena.BlockCount)));
                    break;
                case 6:
                    Copy(medium, random, arena.MapOffset, arena.BlockCount, 4);
                    break;
                case 7:
                    Copy(medium, random, arena.FlogOffset, arena.FreeBlockCount, FlogSlotBytes);
                    break;
                default:
                    long slot = arena.FlogOffset + (FlogSlotBytes * random.Next(arena.FreeBlockCount));
                    Change(medium, random, slot + (4 * random.Next(8)));
                    break;
            }
        }

        Seal(medium, random, arena);
    }

    // Half of the time a structure gets a right checksum again, so that what is behind it is reached.
    private static void Seal(MapMedium medium, Random random, ArenaDescription arena)
    {
        if (random.Next(2) == 0)
        {
            bool isShort = random.Next(8) > 0;
            Seal(medium, 0, isShort ? 2048 : 0);
        }

        foreach (long info in (long[])[arena.Offset, arena.InfoCopyOffset])
        {
            if (random.Next(2) == 0)
            {
                Seal(medium, info, 0);
            }
        }
    }

    private static void Seal(MapMedium medium, long page, int skipOffset)
    {
        if (page + PageBytes <= medium.LengthBytes)
        {
            medium.Store64(
                page + ChecksumOffset, Fletcher64.Compute(medium.Window(page, PageBytes), ChecksumOffset, skipOffset));
        }
    }

    private static void Change(MapMedium medium, Random random, long offset)
    {
        if (offset + sizeof(ulong) > medium.LengthBytes)
        {
            return;
        }

        uint word = medium.Load32(offset & ~3L);
        switch (random.Next(6))
        {
            case 0:
                medium.Store32(offset & ~3L, word ^ (1u << random.Next(32)));
                break;
            case 1:
                medium.Store32(offset & ~3L, unchecked(word + (uint)random.Next(-2, 3)));
                break;
            case 2:
                medium.Store32(offset & ~3L, random.Next(2) == 0 ? 0 : uint.MaxValue);
                break;
            case 3:
                medium.Store32(offset & ~3L, (uint)random.Next(1 << 16) | ((uint)random.Next(4) << 30));
                break;
            case 4:
                medium.Store64(offset & ~7L, (ulong)random.NextInt64() << random.Next(2));
                break;
            default:
                medium.Store(offset, new byte[random.Next(1, sizeof(ulong) + 1)]);
                break;
        }
    }

    private static void Copy(MapMedium medium, Random random, long table, long entries, int entryBytes)
    {
        long from = table + (entryBytes * random.NextInt64(entries));
        long to = table + (entryBytes * random.NextInt64(entries));
        if (Math.Max(from, to) + entryBytes <= medium.LengthBytes)
        {
            medium.Store(to, medium.Window(from, entryBytes).ToArray());
        }
    }
}
