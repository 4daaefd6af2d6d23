using PmemTyped.Benchmarks.Peers;

namespace PmemTyped.Benchmarks.Comparison;

/// <summary>
/// Records against raw blocks, and transactions on regions against libpmemobj, on files in one directory. Both sides take the way that PMEM_IS_PMEM_FORCE
/// and the file system give them.
/// </summary>
internal static class TypedComparison
{
    private const long Bytes = 32L << 20;
    private const long Records = 50_000;

    internal static void Run(string parent)
    {
        MachineFacts.Print(parent);
        RecordComparison.Run(parent, Records);
        AccessorComparison.Run(parent);
        string directory = Directory.CreateDirectory(
            Path.Combine(parent, "pmemtyped-benchmark-" + Guid.NewGuid().ToString("N"))).FullName;
        try
        {
            using var peer = new PmemObj(Path.Combine(directory, "peer"), Bytes);
            using PersistentRegion region = PersistentRegion.Create<Root>(Path.Combine(directory, "ours"), Bytes);
            (PPtr<Counter> first, PPtr<Counter> second) = MakeCounters(region);
            Console.WriteLine($"# ours: {region.Durability}");
            Interleaved.Compare("typed.transaction.two8", new OurTransfers(region, first, second), new PeerTransfers(peer));
            Interleaved.Compare(
                "typed.transaction.two8.single", new OurSingleTransfers(region, first, second), new PeerTransfers(peer));
            Interleaved.Compare("typed.transaction.replace", new OurReplacements(region, first), new PeerReplacements(peer));
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    private static (PPtr<Counter> First, PPtr<Counter> Second) MakeCounters(PersistentRegion region)
    {
        using scoped PersistentTransaction tx = region.BeginTransaction();
        PPtr<Counter> first = tx.New<Counter>();
        for (int i = 0; i < 8; i++)
        {
            _ = tx.New<Counter>(); // so that the two are in different lines, as those of the peer are
        }

        PPtr<Counter> second = tx.New<Counter>();
        tx.Store(region.Root<Root>(), new Root { First = first, Second = second });
        tx.Commit();
        return (first, second);
    }
}
