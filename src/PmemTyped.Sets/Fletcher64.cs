using System.Buffers.Binary;

namespace PmemTyped.Sets;

/// <summary>
/// The checksum of PMDK's headers: two 32-bit sums over little-endian words (block pool format, section 2.2).
/// </summary>
public static class Fletcher64
{
    /// <summary>Computes the checksum.</summary>
    /// <param name="bytes">The structure; its length is a multiple of 4.</param>
    /// <param name="checksumOffset">Byte offset of the 8-byte checksum field, which counts as zero; -1 for none.</param>
    /// <param name="skipOffset">From this byte offset on every word counts as zero; 0 for none.</param>
    /// <exception cref="ArgumentException">The length is not a multiple of 4.</exception>
    public static ulong Compute(ReadOnlySpan<byte> bytes, int checksumOffset = -1, int skipOffset = 0)
    {
        const int WordBytes = sizeof(uint);
        if (bytes.Length % WordBytes != 0)
        {
            throw new ArgumentException(
                FormattableString.Invariant($"The checksum covers whole 4-byte words; {bytes.Length} bytes are not."),
                nameof(bytes));
        }

        uint low = 0;
        uint high = 0;
        for (int offset = 0; offset < bytes.Length; offset += WordBytes)
        {
            bool isChecksum = checksumOffset >= 0 && offset - checksumOffset is 0 or WordBytes;
            bool isSkipped = skipOffset > 0 && offset >= skipOffset;
            if (!isChecksum && !isSkipped)
            {
                low += BinaryPrimitives.ReadUInt32LittleEndian(bytes[offset..]);
            }

            high += low;
        }

        return ((ulong)high << 32) | low;
    }
}
