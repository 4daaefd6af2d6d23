using System.Globalization;
using PmemTyped.Blocks;
using PmemTyped.Testing;

namespace PmemTyped.Fuzz;

/// <summary>
/// Whatever the bytes of a pool file are, every call ends with a result or with one of our exceptions: no crash of the
/// process, no hang, no foreign exception. These rounds go through real files; <see cref="MutatedPoolTests"/> does many more
/// on private pages. PMEMTYPED_FUZZ_ROUNDS sets the number of rounds per pool.
/// </summary>
public sealed class DamagedPoolTests
{
    private const int DefaultRounds = 20;
    private const int BlocksTried = 40;

    public static TheoryData<string> Pools =>
    [
        "b512-min-mixed.pool",
        "b520-20m.pool",
        "b32512-min-maxbsize.pool",
        "b4096-32m-existing-file.pool",
        "b512-min-unwritten.pool",
        "crash-mt-sigkill.pool",
        "crash-layout-flog.pool",
        "feat-none-cksum4k.pool",
    ];

    private static int Rounds => Environment.GetEnvironmentVariable("PMEMTYPED_FUZZ_ROUNDS") is { } rounds
        ? int.Parse(rounds, CultureInfo.InvariantCulture)
        : DefaultRounds;

    [Theory]
    [MemberData(nameof(Pools))]
    public void Random_damage_never_ends_in_anything_but_a_result_or_our_own_exception(string name)
    {
        using var directory = TempDirectory.CreateInMemory();
        GoldenPool golden = GoldenPool.Named(name);
        string path = golden.Extract(directory);
        byte[] sound = File.ReadAllBytes(path);
        BlockPoolDescription description = BlockPool.Describe(path);
        int opened = 0;
        for (int seed = 1; seed <= Rounds; seed++)
        {
            byte[] damaged = (byte[])sound.Clone();
            Damage(damaged, description, new Random(seed));
            File.WriteAllBytes(path, damaged);
            try
            {
                opened += Use(path, new Random(seed)) ? 1 : 0;
            }
            catch (Exception exception) when (exception is not PmemException)
            {
                Assert.Fail(FormattableString.Invariant($"{name}, seed {seed}: {exception}"));
            }
        }

        Assert.InRange(opened, 1, Rounds - 1);
    }

    // Mostly in the structures, with values that are likely to hurt; sometimes the size.
    private static void Damage(byte[] image, BlockPoolDescription pool, Random random)
    {
        ArenaDescription arena = pool.Arenas[0];
        long[] starts = [0, 4096, 4200, arena.Offset, arena.MapOffset, arena.FlogOffset, arena.InfoCopyOffset];
        int[] lengths = [256, 8, 64, 128, 4096, 16384, 128];
        int changes = random.Next(1, 12);
        for (int i = 0; i < changes; i++)
        {
            int structure = random.Next(8) == 0 ? random.Next(2) : random.Next(2, starts.Length);
            long offset = starts[structure] + random.Next(lengths[structure]);
            switch (random.Next(4))
            {
                case 0:
                    image[offset] ^= (byte)(1 << random.Next(8));
                    break;
                case 1:
                    random.NextBytes(image.AsSpan((int)offset, Math.Min(8, image.Length - (int)offset)));
                    break;
                case 2:
                    image.AsSpan((int)offset, 4).Fill(random.Next(2) == 0 ? (byte)0xFF : (byte)0);
                    break;
                default:
                    BitConverter.TryWriteBytes(image.AsSpan((int)offset & ~3, 4), random.Next(1 << 17) | (3 << 30));
                    break;
            }
        }

        if (random.Next(2) == 0)
        {
            Reseal(image, (int)arena.Offset);
        }
    }

    // Half of the time the info block gets a right checksum again, so that what is behind it is reached.
    private static void Reseal(byte[] image, int info)
    {
        const int ChecksumOffset = 4088;
        ulong checksum = Sets.Fletcher64.Compute(image.AsSpan(info, 4096), ChecksumOffset);
        BitConverter.TryWriteBytes(image.AsSpan(info + ChecksumOffset), checksum);
    }

    private static bool Use(string path, Random random)
    {
        Quietly(() => BlockPool.Describe(path));
        _ = BlockPool.Check(path);
        try
        {
            using BlockPool pool = BlockPool.Open(path);
            UseBlocks(pool, random);
            return true;
        }
        catch (PmemException)
        {
            return false;
        }
    }

    private static void UseBlocks(BlockPool pool, Random random)
    {
        byte[] content = new byte[pool.BlockSize];
        for (int i = 0; i < BlocksTried; i++)
        {
            long block = random.NextInt64(pool.BlockCount);
            Quietly(() => pool.TryRead(block, content));
            Quietly(() => pool.Write(block, content));
            Quietly(() => pool.SetZero(block));
            Quietly(() => pool.SetError(block));
        }

        _ = pool.Check();
    }

    private static void Quietly(Action action)
    {
        try
        {
            action();
        }
        catch (PmemException)
        {
            // One of the two allowed ends.
        }
    }
}
