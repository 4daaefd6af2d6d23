using PmemTyped.Native.X64;

namespace PmemTyped.Native;

/// <summary>The instructions that long checksums are made of, where the CPU has them. Threads: safe.</summary>
public static class ChecksumInstructions
{
    /// <summary>Shorter inputs are the caller's altogether.</summary>
    public const int LeastBytes = ChainedCrc32C.LeastBytes;

    /// <summary>
    /// Continues a CRC-32C over as much of an input as the instructions take at once; what is left, at most 191 bytes where they
    /// are supported and everything where they are not, is the caller's.
    /// </summary>
    /// <param name="crc">What the input before gave, not complemented.</param>
    /// <param name="bytes">The input that follows.</param>
    /// <param name="done">How many bytes of it were taken in, from its begin; 0 where the CPU lacks the instructions.</param>
    /// <returns>The checksum so far, not complemented.</returns>
    public static uint AppendCrc32C(uint crc, ReadOnlySpan<byte> bytes, out int done)
    {
        done = 0;
        if (!FoldedCrc32C.IsSupported)
        {
            return crc;
        }

        if (bytes.Length >= FoldedCrc32C.LeastBytes)
        {
            crc = FoldedCrc32C.Append(crc, bytes, out done);
        }

        if (bytes.Length - done >= ChainedCrc32C.LeastBytes)
        {
            crc = ChainedCrc32C.Append(crc, bytes[done..], out int chained);
            done += chained;
        }

        return crc;
    }
}
