using System.Buffers.Binary;

namespace PmemTyped.Replication.Fanout;

/// <summary>
/// Ranges and their bytes in the order in which they became durable here, from the oldest one that a replica lacks. The bytes
/// are copied, because the pool goes on while a slow replica is on its way. Positions count bytes and never return. Threads:
/// one appends and releases at a time; what lies between the two ends may be read meanwhile. Allocates once.
/// </summary>
internal sealed class ReplicaLog
{
    /// <summary>The longest range that is appended at once.</summary>
    internal const int PieceBytes = 64 << 10;

    private const int HeaderBytes = 16;
    private const int Unit = 16;
    private const int IsAtomic = 1;
    private const int IsFiller = 2;

    private readonly byte[] _bytes;
    private long _head;
    private long _tail;

    internal ReplicaLog(int capacityBytes) => _bytes = new byte[capacityBytes / Unit * Unit];

    /// <summary>Gets the position behind the newest range.</summary>
    internal long Head => Volatile.Read(ref _head);

    internal int CapacityBytes => _bytes.Length;

    /// <summary>Appends a range of at most <see cref="PieceBytes"/>; false where no room is left.</summary>
    internal bool TryAppend(long offset, ReadOnlySpan<byte> bytes, bool isAtomic)
    {
        int needed = HeaderBytes + ((bytes.Length + Unit - 1) / Unit * Unit);
        int at = (int)(_head % _bytes.Length);
        int toEnd = _bytes.Length - at;
        int filler = needed > toEnd ? toEnd : 0;
        if (_head + filler + needed - _tail > _bytes.Length)
        {
            return false;
        }

        if (filler > 0)
        {
            WriteHeader(at, offset: 0, filler - HeaderBytes, IsFiller);
            at = 0;
        }

        WriteHeader(at, offset, bytes.Length, isAtomic ? IsAtomic : 0);
        bytes.CopyTo(_bytes.AsSpan(at + HeaderBytes));
        Volatile.Write(ref _head, _head + filler + needed);
        return true;
    }

    /// <summary>Reads the range at a position, which moves behind it; an end of the buffer reads as an empty range.</summary>
    internal ReadOnlyMemory<byte> Read(ref long position, out long offset, out bool isAtomic)
    {
        int at = (int)(position % _bytes.Length);
        offset = BinaryPrimitives.ReadInt64LittleEndian(_bytes.AsSpan(at));
        int length = BinaryPrimitives.ReadInt32LittleEndian(_bytes.AsSpan(at + sizeof(long)));
        int flags = BinaryPrimitives.ReadInt32LittleEndian(_bytes.AsSpan(at + sizeof(long) + sizeof(int)));
        isAtomic = flags == IsAtomic;
        position += HeaderBytes + ((length + Unit - 1) / Unit * Unit);
        return flags == IsFiller ? default : _bytes.AsMemory(at + HeaderBytes, length);
    }

    /// <summary>Lets go of everything before a position; false where nothing was gained.</summary>
    internal bool Release(long upTo)
    {
        bool isGain = upTo > _tail;
        _tail = Math.Max(_tail, upTo);
        return isGain;
    }

    private void WriteHeader(int at, long offset, int length, int flags)
    {
        BinaryPrimitives.WriteInt64LittleEndian(_bytes.AsSpan(at), offset);
        BinaryPrimitives.WriteInt32LittleEndian(_bytes.AsSpan(at + sizeof(long)), length);
        BinaryPrimitives.WriteInt32LittleEndian(_bytes.AsSpan(at + sizeof(long) + sizeof(int)), flags);
    }
}
