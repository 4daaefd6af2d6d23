using PmemTyped.Blocks;

namespace PmemTyped.Benchmarks.Comparison;

/// <summary>
/// Records over raw blocks: the same pool through <see cref="BlockPool{T}"/> and through <see cref="BlockPool"/>, which is
/// the peer. What the typed layer adds is the record header, its checksum and the copy into the block.
/// </summary>
internal static class RecordComparison
{
    private const long Capacity = 200_000;
    private const int IndexCount = 1 << 16;
    private const int Seed = 7;

    internal static void Run(string directory, long filled)
    {
        string path = Path.Combine(directory, "pmemtyped-benchmark-" + Guid.NewGuid().ToString("N"));
        try
        {
            using BlockPool<Entry> pool = BlockPool<Entry>.Create(path, Capacity);
            long count = Math.Min(filled, Capacity);
            for (long i = 0; i < count; i++)
            {
                pool.Write(i, new Entry { Id = i });
            }

            var random = new Random(Seed);
            long[] indexes = new long[IndexCount];
            for (int i = 0; i < indexes.Length; i++)
            {
                indexes[i] = random.NextInt64(count);
            }

            byte[] content = new byte[pool.Blocks.BlockSize];
            pool.Blocks.Read(0, content);
            string size = FormattableString.Invariant($"{pool.Blocks.BlockSize}");
            Interleaved.Compare(
                "blocks.typed.read." + size, new TypedReads(pool, indexes), new OurReads(pool.Blocks, content, indexes));
            pool.Blocks.Read(0, content);
            Interleaved.Compare(
                "blocks.typed.write." + size, new TypedWrites(pool, indexes), new OurWrites(pool.Blocks, content, indexes));
        }
        finally
        {
            File.Delete(path);
        }
    }

    private sealed class TypedWrites(BlockPool<Entry> pool, long[] indexes) : Contender
    {
        private int _next;

        internal override void Run(int operations)
        {
            for (int i = 0; i < operations; i++)
            {
                long index = indexes[_next++ & (indexes.Length - 1)];
                pool.Write(index, new Entry { Id = index, Amount = i });
            }
        }
    }

    private sealed class TypedReads(BlockPool<Entry> pool, long[] indexes) : Contender
    {
        private int _next;

        internal override void Run(int operations)
        {
            for (int i = 0; i < operations; i++)
            {
                if (pool.TryRead(indexes[_next++ & (indexes.Length - 1)], out _) != BlockRecordStatus.Ok)
                {
                    throw new InvalidOperationException("A record that was written is not there.");
                }
            }
        }
    }
}

/// <summary>A record as a ledger has them.</summary>
[PersistentLayout("pmemtyped.benchmarks.entry")]
internal partial struct Entry
{
    /// <summary>Number of the entry.</summary>
    public long Id;

    /// <summary>Account that pays.</summary>
    public long From;

    /// <summary>Account that receives.</summary>
    public long To;

    /// <summary>How much, in cents.</summary>
    public long Amount;

    /// <summary>When, in ticks.</summary>
    public long At;
}
