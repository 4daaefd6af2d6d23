using System.Runtime.Intrinsics.X86;

namespace PmemTyped.Native.X64;

/// <summary>
/// CRC-32C of inputs that are too short to be folded. The CRC instruction starts every cycle and takes three, so three chains of
/// words run beside each other, and two multiplications join their sums. It loads word by word: a record that was just stored so
/// need not reach the cache first.
/// </summary>
internal static unsafe class ChainedCrc32C
{
    /// <summary>Below this one chain is as fast.</summary>
    internal const int LeastBytes = 192;

    private const int Chains = 3;
    private const int MaxWords = FoldedCrc32C.LeastBytes / Chains / sizeof(ulong);

    // By words of a chain.
    private static readonly ulong[] s_one = [.. Enumerable.Range(0, MaxWords + 1).Select(w => Key(w))];
    private static readonly ulong[] s_two = [.. Enumerable.Range(0, MaxWords + 1).Select(w => Key(2 * w))];

    /// <summary>Continues a checksum.</summary>
    /// <param name="crc">What the input before gave.</param>
    /// <param name="bytes">Fewer bytes than are folded.</param>
    /// <param name="done">How many it took in: all but 23 at most.</param>
    internal static uint Append(uint crc, ReadOnlySpan<byte> bytes, out int done)
    {
        int words = Math.Min(bytes.Length / (Chains * sizeof(ulong)), MaxWords);
        done = words * Chains * sizeof(ulong);
        ulong x = crc;
        ulong y = 0;
        ulong z = 0;
        fixed (byte* start = bytes)
        {
            // SAFETY: the span is pinned, and three times so many words lie within.
            ulong* at = (ulong*)start;
            for (int i = 0; i < words; i++)
            {
                x = Sse42.X64.Crc32(x, at[i]);
                y = Sse42.X64.Crc32(y, at[words + i]);
                z = Sse42.X64.Crc32(z, at[(2 * words) + i]);
            }
        }

        return FoldedCrc32C.Past(s_two[words], x) ^ FoldedCrc32C.Past(s_one[words], y) ^ (uint)z;
    }

    // No chain has no words.
    private static ulong Key(int words) => words == 0 ? 0 : FoldedCrc32C.SumKey(words * sizeof(ulong));
}
