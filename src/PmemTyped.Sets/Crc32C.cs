using System.Buffers.Binary;
using System.Numerics;
using PmemTyped.Native;

namespace PmemTyped.Sets;

/// <summary>
/// CRC-32C (Castagnoli), the checksum of what PmemTyped itself puts on media and on the wire. Long inputs go through
/// <see cref="ChecksumInstructions"/>, what they leave through one chain of the CRC instruction. Threads: safe.
/// </summary>
public static class Crc32C
{
    /// <summary>What a checksum starts with.</summary>
    public const uint Seed = 0xFFFF_FFFF;

    /// <summary>The checksum of a whole input.</summary>
    /// <param name="bytes">The input.</param>
    public static uint Compute(ReadOnlySpan<byte> bytes) => ~Append(Seed, bytes);

    /// <summary>Continues a checksum; start with <see cref="Seed"/>, complement the last result.</summary>
    /// <param name="crc">What the input before gave.</param>
    /// <param name="bytes">The input that follows.</param>
    public static uint Append(uint crc, ReadOnlySpan<byte> bytes)
    {
        // Most records and frames are short.
        if (bytes.Length < ChecksumInstructions.LeastBytes)
        {
            return InOneChain(crc, bytes);
        }

        crc = ChecksumInstructions.AppendCrc32C(crc, bytes, out int done);
        return InOneChain(crc, bytes[done..]);
    }

    private static uint InOneChain(uint crc, ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length >= sizeof(ulong))
        {
            crc = BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
            bytes = bytes[sizeof(ulong)..];
        }

        if (bytes.Length >= sizeof(uint))
        {
            crc = BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt32LittleEndian(bytes));
            bytes = bytes[sizeof(uint)..];
        }

        foreach (byte b in bytes)
        {
            crc = BitOperations.Crc32C(crc, b);
        }

        return crc;
    }
}
