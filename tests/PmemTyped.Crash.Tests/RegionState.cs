using PmemTyped.Mapping;
using PmemTyped.Objects.Layout;
using PmemTyped.Objects.Regions;

namespace PmemTyped.Crash.Tests;

/// <summary>
/// What can be reached in a region of the crash scenarios: two accounts in the root, a list of nodes, a list of blobs, an
/// array. Looking also proves that exactly what is reached is taken, so that nothing leaked and nothing is used twice.
/// </summary>
internal sealed record RegionState(long Debit, long Credit, string Nodes, string Blobs, long ArrayCount, long ArraySum)
{
    internal const int DebitField = 0;
    internal const int HeadField = 8;
    internal const int BlobField = 16;
    internal const int ArrayField = 24;
    internal const int CreditField = 56;
    internal const int ValueField = 0;
    internal const int NextField = 8;
    internal const int NodeType = 1;
    internal const int BlobType = 2;

    private const int MaxObjects = 1000;

    internal static RegionState Observe<TMedium>(RegionCore<TMedium> region)
        where TMedium : struct, IPmemMedium
    {
        var reached = new HashSet<long> { region.RootOffset };
        long Root(int field) => (long)region.Medium.Load64(region.RootOffset + field);
        string nodes = List(region, Root(HeadField), NodeType, reached);
        string blobs = List(region, Root(BlobField), BlobType, reached);
        (long count, long sum) = ArrayOf(region, Root(ArrayField), reached);
        RequireSame(region, reached);
        return new RegionState(Root(DebitField), Root(CreditField), nodes, blobs, count, sum);
    }

    private static string List<TMedium>(RegionCore<TMedium> region, long head, int type, HashSet<long> reached)
        where TMedium : struct, IPmemMedium
    {
        var values = new List<ulong>();
        for (long at = head; at != 0; at = (long)region.Medium.Load64(at + NextField))
        {
            _ = region.Chunks.Require(at, type);
            Assert.True(reached.Add(at) && reached.Count < MaxObjects, "an object is reached twice");
            ulong value = region.Medium.Load64(at + ValueField);
            values.Add(value);
            for (int i = 16; i < region.Types.Types[type].SizeBytes; i += sizeof(ulong))
            {
                Assert.Equal(value, region.Medium.Load64(at + i));
            }
        }

        return string.Join(' ', values);
    }

    private static (long Count, long Sum) ArrayOf<TMedium>(RegionCore<TMedium> region, long first, HashSet<long> reached)
        where TMedium : struct, IPmemMedium
    {
        if (first == 0)
        {
            return (0, 0);
        }

        Chunk chunk = region.Chunks.Require(first, NodeType);
        Assert.Equal((ChunkKind.Array, first), (chunk.Word.Kind, chunk.First));
        reached.Add(first);
        long sum = 0;
        for (long i = 0; i < chunk.Count; i++)
        {
            sum += (long)region.Medium.Load64(first + (i * chunk.Stride) + ValueField);
        }

        return (chunk.Count, sum);
    }

    private static void RequireSame<TMedium>(RegionCore<TMedium> region, HashSet<long> reached)
        where TMedium : struct, IPmemMedium
    {
        var taken = new HashSet<long>();
        for (int i = 0; i < region.Chunks.Count; i++)
        {
            if (region.Chunks[i] is { } chunk)
            {
                long slots = chunk.Word.Kind == ChunkKind.Array ? 1 : chunk.Count;
                taken.UnionWith(Enumerable.Range(0, (int)slots)
                    .Where(slot => chunk.IsTaken(slot))
                    .Select(slot => chunk.First + (slot * (long)chunk.Stride)));
            }
        }

        taken.ExceptWith(reached);
        Assert.True(taken.Count == 0, $"leaked: {string.Join(' ', taken)}");
    }
}
