using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace PmemTyped.Native.X64;

/// <summary>
/// Copies out of persistent memory. A block that is read was mostly not in the cache, and the string instruction that
/// large copies otherwise end in asks for its lines one after the other; this loop asks for them early.
/// </summary>
internal static unsafe class PrefetchingCopy
{
    /// <summary>Below this length the runtime's copy has all loads under way at once anyhow.</summary>
    internal const int ThresholdBytes = 1024;

    /// <summary>From this length on the string instruction wins: the CPU's own prefetcher is well ahead by then.</summary>
    internal const int LimitBytes = 64 * 1024;

    private const int AheadBytes = 2048;

    internal static void Copy(byte* source, byte* destination, nint lengthBytes)
    {
        // SAFETY: the caller has checked both ranges. Prefetches stay within the source, and would be harmless outside.
        byte* end = source + lengthBytes;
        for (byte* line = source; line < source + AheadBytes && line < end; line += CacheLineFlusher.LineBytes)
        {
            Sse.Prefetch0(line);
        }

        byte* lastLine = end - CacheLineFlusher.LineBytes;
        while (source <= lastLine)
        {
            Sse.Prefetch0(source + AheadBytes < end ? source + AheadBytes : source);
            Vector256<byte> low = Vector256.Load(source);
            Vector256<byte> high = Vector256.Load(source + 32);
            low.Store(destination);
            high.Store(destination + 32);
            source += CacheLineFlusher.LineBytes;
            destination += CacheLineFlusher.LineBytes;
        }

        Buffer.MemoryCopy(source, destination, end - source, end - source);
    }
}
