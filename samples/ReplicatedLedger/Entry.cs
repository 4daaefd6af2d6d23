using PmemTyped.Blocks;

namespace ReplicatedLedger;

/// <summary>An entry of the ledger: a block whose content says which one it is.</summary>
internal static class Entry
{
    public const int Bytes = 512;

    public static byte[] Of(int number)
    {
        byte[] entry = new byte[Bytes];
        new Random(number).NextBytes(entry);
        return entry;
    }

    /// <summary>How many entries a pool holds, one after the other.</summary>
    public static int CountIn(BlockPool pool)
    {
        byte[] content = new byte[Bytes];
        int count = 0;
        while (pool.TryRead(count, content) == BlockState.Normal && content.AsSpan().SequenceEqual(Of(count + 1)))
        {
            count++;
        }

        return count;
    }
}
