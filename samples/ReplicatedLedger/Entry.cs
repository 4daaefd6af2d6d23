namespace ReplicatedLedger;

/// <summary>An entry of the ledger: 64 bytes that say which one it is.</summary>
internal static class Entry
{
    public const int Bytes = 64;
    public const long FirstOffset = 4096;

    public static long OffsetOf(int number) => FirstOffset + ((number - 1) * Bytes);

    public static byte[] Of(int number)
    {
        byte[] entry = new byte[Bytes];
        new Random(number).NextBytes(entry);
        return entry;
    }

    /// <summary>How many entries a copy holds, one after the other.</summary>
    public static int CountIn(byte[] content) =>
        Enumerable.Range(1, content.Length / Bytes).TakeWhile(n => content.AsSpan((n - 1) * Bytes, Bytes).SequenceEqual(Of(n))).Count();
}
