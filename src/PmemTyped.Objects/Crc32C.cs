using System.Buffers.Binary;
using System.Numerics;

namespace PmemTyped.Objects;

/// <summary>CRC-32C (Castagnoli) in 8-byte steps, so that the CPU's instruction works at full width.</summary>
internal static class Crc32C
{
    internal const uint Seed = 0xFFFF_FFFF;

    /// <summary>Continues a checksum; start with <see cref="Seed"/>, complement the last result.</summary>
    internal static uint Append(uint crc, ReadOnlySpan<byte> bytes)
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
}
