using System.Buffers.Binary;
using System.Numerics;
using PmemTyped.Native;
using PmemTyped.Objects;
using PmemTyped.Objects.Layout;
using PmemTyped.Sets;

namespace PmemTyped;

/// <summary>
/// Called by generated serializers: the header around a payload. The block pool makes a write all-or-nothing; the
/// checksum finds damage of the medium and foreign data.
/// </summary>
public static class BlockRecords
{
    /// <summary>Bytes before the payload.</summary>
    public const int HeaderSize = RecordHeaderLayout.SizeBytes;

    private const int VersionShift = 8 * RecordHeaderLayout.LayoutVersionOffset;

    /// <summary>Clears a block and writes the header of a record, except length and checksum.</summary>
    /// <param name="block">The block.</param>
    /// <param name="layoutVersion">Version of the layout.</param>
    /// <param name="layoutHash">Fingerprint of the layout.</param>
    /// <param name="payloadBytes">Length of the payload, or the most that it can be.</param>
    /// <returns>The payload, all zero, to be filled.</returns>
    /// <exception cref="ArgumentException">The record does not fit the block.</exception>
    public static Span<byte> Begin(Span<byte> block, int layoutVersion, ulong layoutHash, int payloadBytes)
    {
        if (block.Length - HeaderSize < payloadBytes)
        {
            throw new ArgumentException(
                FormattableString.Invariant(
                    $"A record of {HeaderSize + payloadBytes} bytes does not fit a block of {block.Length}."),
                nameof(block));
        }

        // Word by word: the checksum loads these words at once, and would wait for narrower or wider stores to arrive.
        block.Clear();
        BinaryPrimitives.WriteUInt64LittleEndian(
            block, RecordHeaderLayout.MagicValue | ((ulong)checked((ushort)layoutVersion) << VersionShift));
        BinaryPrimitives.WriteUInt64LittleEndian(block[RecordHeaderLayout.LayoutHashOffset..], layoutHash);
        return block.Slice(HeaderSize, payloadBytes);
    }

    /// <summary>Completes a record with its length and checksum.</summary>
    /// <param name="block">The block that <see cref="Begin"/> started.</param>
    /// <param name="payloadBytes">Length of the payload; what lies behind it is zero.</param>
    public static void Seal(Span<byte> block, int payloadBytes)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(block[RecordHeaderLayout.PayloadBytesOffset..], (uint)payloadBytes);
        BinaryPrimitives.WriteUInt32LittleEndian(
            block[RecordHeaderLayout.ChecksumOffset..],
            Checksum(block[..(HeaderSize + payloadBytes)]));
    }

    /// <summary>As the other one, for a record of a layout.</summary>
    /// <typeparam name="T">The layout.</typeparam>
    /// <param name="block">The block that <see cref="Begin"/> started.</param>
    /// <param name="payloadBytes">Length of the payload; what lies behind it is zero.</param>
    public static void Seal<T>(Span<byte> block, int payloadBytes)
        where T : unmanaged, IBlockRecord<T>
    {
        if (payloadBytes != T.Size)
        {
            Seal(block, payloadBytes);
            return;
        }

        // Headers of records of one length are equal up to the checksum.
        uint crc = Crc32C.Append(HeaderChecksum<T>.Value, block.Slice(HeaderSize, payloadBytes));
        BinaryPrimitives.WriteUInt64LittleEndian(
            block[RecordHeaderLayout.PayloadBytesOffset..], (uint)payloadBytes | ((ulong)~crc << 32));
    }

    /// <summary>Judges the bytes of a block. Never throws, whatever they are.</summary>
    /// <param name="block">The bytes.</param>
    /// <param name="layoutHash">Fingerprint of the layout that is looked for.</param>
    /// <param name="payloadBytes">Its payload length.</param>
    /// <param name="payload">The payload when the result is Ok, otherwise empty.</param>
    public static BlockRecordStatus Open(
        ReadOnlySpan<byte> block, ulong layoutHash, int payloadBytes, out ReadOnlySpan<byte> payload)
    {
        BlockRecordStatus status = Open(block, layoutHash, out payload);
        if (status != BlockRecordStatus.Ok || payload.Length == payloadBytes)
        {
            return status;
        }

        payload = default;
        return BlockRecordStatus.OtherLayout;
    }

    /// <summary>Judges the bytes of a block whose record ends with a field of variable length. Never throws.</summary>
    /// <param name="block">The bytes.</param>
    /// <param name="layoutHash">Fingerprint of the layout that is looked for.</param>
    /// <param name="leastPayloadBytes">Payload length of an empty last field.</param>
    /// <param name="mostPayloadBytes">Payload length of a full one.</param>
    /// <param name="payload">The payload when the result is Ok, otherwise empty.</param>
    public static BlockRecordStatus Open(
        ReadOnlySpan<byte> block, ulong layoutHash, int leastPayloadBytes, int mostPayloadBytes, out ReadOnlySpan<byte> payload)
    {
        BlockRecordStatus status = Open(block, layoutHash, out payload);
        if (status != BlockRecordStatus.Ok || (payload.Length >= leastPayloadBytes && payload.Length <= mostPayloadBytes))
        {
            return status;
        }

        payload = default;
        return BlockRecordStatus.Corrupt;
    }

    /// <summary>Decodes a record of a layout or of one that it migrates from. Called by generated code.</summary>
    /// <typeparam name="T">The layout.</typeparam>
    /// <param name="block">The bytes of a block.</param>
    /// <param name="value">The record, or default unless the result is Ok.</param>
    public static BlockRecordStatus TryReadAny<T>(ReadOnlySpan<byte> block, out T value)
        where T : unmanaged, IBlockRecord<T> => T.TryReadAny(block, out value);

    /// <summary>Names a layout and those that it migrates from. Called by generated code.</summary>
    /// <typeparam name="T">The layout.</typeparam>
    /// <param name="visitor">Its Reference is called for each.</param>
    public static void VisitAncestor<T>(ILayoutVisitor visitor)
        where T : unmanaged, IBlockRecord<T>
    {
        ArgumentNullException.ThrowIfNull(visitor);
        visitor.Reference<T>();
        T.VisitAncestors(visitor);
    }

    // Everything but whether the length is one that the layout has.
    private static BlockRecordStatus Open(ReadOnlySpan<byte> block, ulong layoutHash, out ReadOnlySpan<byte> payload)
    {
        payload = default;
        if (block.Length < HeaderSize)
        {
            return block.ContainsAnyExcept((byte)0) ? BlockRecordStatus.NotARecord : BlockRecordStatus.Empty;
        }

        RecordHeaderLayout header = Blittable.Read<RecordHeaderLayout>(block);
        if (header.Magic != RecordHeaderLayout.MagicValue)
        {
            return block.ContainsAnyExcept((byte)0) ? BlockRecordStatus.NotARecord : BlockRecordStatus.Empty;
        }

        if (header.PayloadBytes > (uint)(block.Length - HeaderSize))
        {
            return BlockRecordStatus.Truncated;
        }

        int recordBytes = HeaderSize + (int)header.PayloadBytes;
        if (Checksum(block[..recordBytes]) != header.Checksum)
        {
            return BlockRecordStatus.Corrupt;
        }

        // Flags and reserved bytes are zero in every record that this version understands.
        bool isOfLaterFormat = header.Flags != 0 || header.Reserved != 0;
        if (isOfLaterFormat || header.LayoutHash != layoutHash)
        {
            return BlockRecordStatus.OtherLayout;
        }

        payload = block[HeaderSize..recordBytes];
        return BlockRecordStatus.Ok;
    }

    // The checksum field counts as zero: it is the upper half of the third word. (The words are taken from where they lie;
    // from a copy with the field cleared they would have to wait for the stores of that copy.)
    private static uint Checksum(ReadOnlySpan<byte> record)
    {
        uint crc = BitOperations.Crc32C(Crc32C.Seed, Word(record, 0));
        crc = BitOperations.Crc32C(crc, Word(record, 8));
        crc = BitOperations.Crc32C(crc, Word(record, 16) & uint.MaxValue);
        return ~Crc32C.Append(crc, record[24..]);
    }

    private static class HeaderChecksum<T>
        where T : unmanaged, IBlockRecord<T>
    {
        internal static readonly uint Value = Compute();

        private static uint Compute()
        {
            Span<byte> block = stackalloc byte[HeaderSize + T.Size];
            _ = Begin(block, T.LayoutVersion, T.LayoutHash, T.Size);
            BinaryPrimitives.WriteUInt64LittleEndian(block[RecordHeaderLayout.PayloadBytesOffset..], (uint)T.Size);
            return Crc32C.Append(Crc32C.Seed, block[..HeaderSize]);
        }
    }

    private static ulong Word(ReadOnlySpan<byte> record, int offset) =>
        BinaryPrimitives.ReadUInt64LittleEndian(record[offset..]);
}
