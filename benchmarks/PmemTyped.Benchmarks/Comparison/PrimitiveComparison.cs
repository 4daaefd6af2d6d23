using PmemTyped.Benchmarks.Peers;
using PmemTyped.Mapping;

namespace PmemTyped.Benchmarks.Comparison;

/// <summary>
/// Persist and persisting copy against libpmem, on two maps of the same size. Ranges that are persisted are clean, so
/// the figures are the cost of asking, not of the memory behind.
/// </summary>
internal static class PrimitiveComparison
{
    private const long MapBytes = 64L << 20;

    internal static unsafe void Run(string directory)
    {
        MachineFacts.Print(directory);
        string ourPath = Path.Combine(directory, "pmemtyped-benchmark-" + Guid.NewGuid().ToString("N"));
        string peerPath = Path.Combine(directory, "pmemtyped-benchmark-" + Guid.NewGuid().ToString("N"));
        byte* peer = Pmem.MapFile(
            peerPath,
            (nuint)MapBytes,
            Pmem.FileCreate | Pmem.FileExclusive,
            0x180, // rw-------
            out nuint mapped,
            out int isPmem);
        if (peer is null)
        {
            throw new IOException($"pmem_map_file of '{peerPath}' failed.");
        }

        try
        {
            using PmemSource source = PmemSource.Create(
                ourPath, MapBytes, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            using PmemMap map = PmemMap.Map(source);
            Console.WriteLine($"# ours: {map.Durability}; peer: is_pmem {isPmem}");
            foreach (int bytes in (int[])[64, 256, 4096, 1 << 20])
            {
                Interleaved.Compare(
                    $"primitives.persist.{bytes}", new OurPersists(map, bytes), new PeerPersists(peer, MapBytes, bytes, isPmem != 0));
            }

            foreach (int bytes in (int[])[64, 256, 512, 4096, 1 << 20])
            {
                Interleaved.Compare(
                    $"primitives.copy.{bytes}", new OurCopies(map, bytes), new PeerCopies(peer, MapBytes, bytes, isPmem != 0));
            }
        }
        finally
        {
            _ = Pmem.Unmap(peer, mapped);
            File.Delete(ourPath);
            File.Delete(peerPath);
        }
    }
}
