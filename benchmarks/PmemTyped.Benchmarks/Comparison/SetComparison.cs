using System.Globalization;
using PmemTyped.Blocks;
using PmemTyped.Mapping;
using PmemTyped.Sets;

namespace PmemTyped.Benchmarks.Comparison;

/// <summary>What a set costs over a plain map of the same memory, and how fast a part is found.</summary>
internal static class SetComparison
{
    private const long MapBytes = 64L << 20;
    private const long PartBytes = 4096;
    private const int OpenedParts = 100;
    private const int BlockBytes = 4096;
    private static readonly int[] s_parts = [1, 16];
    private static readonly int[] s_persisted = [64, 4 << 10];
    private static readonly int[] s_found = [100, 1_000, 10_000];

    internal static void Run(string directory)
    {
        MachineFacts.Print(directory);
        CompareOpens(directory);
        PmemPlatform forced = new(
            name => name == "PMEM_IS_PMEM_FORCE" ? "1" : Environment.GetEnvironmentVariable(name));
        string path = Path.Combine(directory, "pmemtyped-benchmark-" + Guid.NewGuid().ToString("N"));
        try
        {
            using PmemSource source = PmemSource.Create(path, MapBytes, platform: forced);
            using PmemMap map = PmemMap.Map(source);
            Console.WriteLine($"# {path}: {map.Durability}");
            ComparePersists(map);
            foreach (int count in s_found)
            {
                using PmemSet set = SetOf(map, count, PartBytes);
                var random = new Random(1);
                long[] addresses = [.. Enumerable.Range(0, 1 << 14).Select(_ => map.Address + random.NextInt64(count * PartBytes))];
                Console.WriteLine(string.Create(
                    CultureInfo.InvariantCulture,
                    $"floor sets.find.{count} {Interleaved.Measure(new SetLookups(set, addresses)):F1}"));
            }
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static void CompareOpens(string directory)
    {
        string parts = Path.Combine(directory, "pmemtyped-benchmark-" + Guid.NewGuid().ToString("N"));
        Directory.CreateDirectory(parts);
        try
        {
            string set = Path.Combine(parts, "pool.set");
            IEnumerable<string> lines = Enumerable.Range(0, OpenedParts).Select(i => $"2M {Path.Combine(parts, $"part{i}")}\n");
            File.WriteAllText(set, $"PMEMPOOLSET\n{string.Concat(lines)}");
            using (BlockPool pool = BlockPool.CreateInSet(set, BlockBytes, new BlockPoolOptions { IsSparse = true }))
            {
                pool.Write(0, new byte[BlockBytes]);
            }

            Interleaved.Compare(
                string.Create(CultureInfo.InvariantCulture, $"sets.open.{OpenedParts}"), new OurSetOpens(set), new PeerSetOpens(set));
        }
        finally
        {
            Directory.Delete(parts, recursive: true);
        }
    }

    private static unsafe void ComparePersists(PmemMap map)
    {
        using scoped PmemMapLease lease = map.Lease();
        lease.Fill(0, MapBytes, 1); // no measured store meets an unmapped page
        fixed (byte* memory = lease.Window(0, (int)MapBytes))
        {
            foreach (int parts in s_parts)
            {
                using PmemSet set = SetOf(map, parts, Walk.WalkedBytes / parts);
                foreach (int bytes in s_persisted)
                {
                    Walk walk = new(bytes);
                    Interleaved.Compare(
                        string.Create(CultureInfo.InvariantCulture, $"sets.persist.{bytes}.{parts}"),
                        new SetPersists(set, memory, bytes, walk),
                        new OurPersists(map, memory, bytes, walk));
                }
            }
        }
    }

    private static PmemSet SetOf(PmemMap map, int parts, long partBytes)
    {
        PmemSet set = PmemSet.Create(new PmemSetConfig { RequiredGranularity = StoreGranularity.Page });
        using PmemSetSource source = PmemSetSource.FromMap(map);
        for (int i = 0; i < parts; i++)
        {
            set.Map(source, new PmemSetMapConfig { OffsetBytes = i * partBytes, LengthBytes = partBytes });
        }

        return set;
    }
}
