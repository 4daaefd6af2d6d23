using System.Buffers.Binary;
using System.Numerics;

namespace PmemTyped.Replication.Frames;

/// <summary>
/// CRC-32C (Castagnoli). The instruction takes three cycles but starts every cycle, so long inputs run as three chains that
/// are joined by tables.
/// </summary>
internal static class Crc32C
{
    private const uint Ones = 0xFFFF_FFFF;
    private const int ChainBytes = 1024;
    private const int ByteValues = 256;

    // By byte of the sum: what it becomes after ChainBytes zeros, and after twice as many.
    private static readonly uint[] s_once = TableOf(ChainBytes);
    private static readonly uint[] s_twice = TableOf(2 * ChainBytes);

    internal static uint Compute(ReadOnlySpan<byte> bytes)
    {
        uint sum = Ones;
        while (bytes.Length >= 3 * ChainBytes)
        {
            uint second = 0;
            uint third = 0;
            ReadOnlySpan<byte> chains = bytes[..(3 * ChainBytes)];
            for (int i = 0; i < ChainBytes; i += sizeof(ulong))
            {
                sum = BitOperations.Crc32C(sum, BinaryPrimitives.ReadUInt64LittleEndian(chains[i..]));
                second = BitOperations.Crc32C(second, BinaryPrimitives.ReadUInt64LittleEndian(chains[(i + ChainBytes)..]));
                third = BitOperations.Crc32C(third, BinaryPrimitives.ReadUInt64LittleEndian(chains[(i + (2 * ChainBytes))..]));
            }

            sum = Shift(s_twice, sum) ^ Shift(s_once, second) ^ third;
            bytes = bytes[(3 * ChainBytes)..];
        }

        return ~Append(sum, bytes);
    }

    private static uint Append(uint sum, ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length >= sizeof(ulong))
        {
            sum = BitOperations.Crc32C(sum, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
            bytes = bytes[sizeof(ulong)..];
        }

        foreach (byte b in bytes)
        {
            sum = BitOperations.Crc32C(sum, b);
        }

        return sum;
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
                sum = Append(sum, zeros);
            }

            table[i] = sum;
        }

        return table;
    }
}
