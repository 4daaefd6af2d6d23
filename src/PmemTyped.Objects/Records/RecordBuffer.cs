namespace PmemTyped.Objects.Records;

/// <summary>
/// Room for one block, of each thread. A record is encoded here, in the innermost cache, and goes to the medium in one copy
/// that does not read the block before: encoding at the place itself would, and would flush each line it touches (Design
/// 0019). Nothing that belongs to the user runs while the room is in use.
/// </summary>
internal static class RecordBuffer
{
    [ThreadStatic]
    private static byte[]? s_bytes;

    [ThreadStatic]
    private static byte[]? s_widened;

    [ThreadStatic]
    private static Room? s_encoded;

    /// <summary>
    /// Room that is zero behind the record that the caller encodes into it, so that a short record does not clear a whole block.
    /// </summary>
    internal static Span<byte> ZeroBehind(int recordBytes, int lengthBytes)
    {
        Room room = s_encoded is { } own && lengthBytes <= own.Bytes.Length ? own : s_encoded = new Room(lengthBytes);
        if (room.UsedBytes > recordBytes)
        {
            room.Bytes.AsSpan(recordBytes, room.UsedBytes - recordBytes).Clear();
        }

        room.UsedBytes = recordBytes;
        return room.Bytes.AsSpan(0, lengthBytes);
    }

    internal static Span<byte> Of(int lengthBytes) =>
        s_bytes is { } bytes && lengthBytes <= bytes.Length ? bytes.AsSpan(0, lengthBytes) : Grow(lengthBytes);

    /// <summary>A second one, for a record that is read as one of a later layout.</summary>
    internal static Span<byte> Widened(int lengthBytes)
    {
        if (s_widened is null || s_widened.Length < lengthBytes)
        {
            s_widened = new byte[lengthBytes];
        }

        return s_widened.AsSpan(0, lengthBytes);
    }

    private static Span<byte> Grow(int lengthBytes) => s_bytes = GC.AllocateUninitializedArray<byte>(lengthBytes);

    private sealed class Room(int lengthBytes)
    {
        internal byte[] Bytes { get; } = new byte[lengthBytes];

        internal int UsedBytes { get; set; }
    }
}
