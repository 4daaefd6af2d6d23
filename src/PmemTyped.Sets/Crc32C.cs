using System.Buffers.Binary;
using System.Numerics;

namespace PmemTyped.Sets;

/// <summary>
/// CRC-32C (Castagnoli), the checksum of what PmemTyped itself puts on media and on the wire. The instruction takes three
/// cycles but starts every cycle, so long inputs run as three chains that are joined by tables. Threads: safe.
/// </summary>
public static class Crc32C
{
    /// <summary>What a checksum starts with.</summary>
    public const uint Seed = 0xFFFF_FFFF;

    private const int ChainBytes = 1024;
    private const int ByteValues = 256;

    // By byte of the sum: what it becomes after ChainBytes zeros, and after twice as many.
    private static readonly uint[] s_once = TableOf(ChainBytes);
    private static readonly uint[] s_twice = TableOf(2 * ChainBytes);

    /// <summary>The checksum of a whole input.</summary>
    /// <param name="bytes">The input.</param>
    public static uint Compute(ReadOnlySpan<byte> bytes) => ~Append(Seed, bytes);

    /// <summary>Continues a checksum; start with <see cref="Seed"/>, complement the last result.</summary>
    /// <param name="crc">What the input before gave.</param>
    /// <param name="bytes">The input that follows.</param>
    public static uint Append(uint crc, ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length >= 3 * ChainBytes)
        {
            uint second = 0;
            uint third = 0;
            ReadOnlySpan<byte> chains = bytes[..(3 * ChainBytes)];
            for (int i = 0; i < ChainBytes; i += sizeof(ulong))
            {
                crc = BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt64LittleEndian(chains[i..]));
                second = BitOperations.Crc32C(second, BinaryPrimitives.ReadUInt64LittleEndian(chains[(i + ChainBytes)..]));
                third = BitOperations.Crc32C(third, BinaryPrimitives.ReadUInt64LittleEndian(chains[(i + (2 * ChainBytes))..]));
            }

            crc = Shift(s_twice, crc) ^ Shift(s_once, second) ^ third;
            bytes = bytes[(3 * ChainBytes)..];
        }

        return InOneChain(crc, bytes);
    }

    private static uint InOneChain(uint crc, ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length >= sizeof(ulong))
        {
            crc = BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
            bytes = bytes[sizeof(ulong)..];
        }

        foreach (byte b in bytes)
        {
            crc = BitOperations.Crc32C(crc, b);
        }

        return crc;
    }

    private static uint Shift(uint[] table, uint sum) =>
        table[(byte)sum]
        ^ table[ByteValues + (byte)(sum >> 8)]
        ^ table[(2 * ByteValues) + (byte)(sum >> 16)]
        ^ table[(3 * ByteValues) + (byte)(sum >> 24)];

    private static uint[] TableOf(int zeroBytes)
    {
        byte[] zeros = new byte[ChainBytes];
        uint[] table = new uint[sizeof(uint) * ByteValues];
        for (int i = 0; i < table.Length; i++)
        {
            uint sum = (uint)(i % ByteValues) << (8 * (i / ByteValues));
            for (int done = 0; done < zeroBytes; done += ChainBytes)
            {
                sum = InOneChain(sum, zeros);
            }

            table[i] = sum;
        }

        return table;
    }
}
