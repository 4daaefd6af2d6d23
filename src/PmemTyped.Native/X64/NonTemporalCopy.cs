using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace PmemTyped.Native.X64;

/// <summary>
/// Copies into persistent memory so that the next fence makes the copy durable: streaming stores
/// for whole lines, ordinary stores plus write-back for the edges (mapping specification, section 9).
/// </summary>
internal static unsafe class NonTemporalCopy
{
    /// <summary>From this length on streaming stores are faster than store and write-back; libpmem's own default.</summary>
    internal const int ThresholdBytes = 256;

    /// <summary>Copies and requests write-back; durable after <see cref="CacheLineFlusher.Fence"/>.</summary>
    internal static void Copy(byte* destination, byte* source, nint lengthBytes)
    {
        // SAFETY: the caller has checked both ranges; they do not overlap, because one is a map and
        // the other a managed span or another part of the map chosen by the caller.
        if (lengthBytes < ThresholdBytes)
        {
            CopyAndFlush(destination, source, lengthBytes);
            return;
        }

        nint head = -(nint)destination & (CacheLineFlusher.LineBytes - 1);
        if (head != 0)
        {
            CopyAndFlush(destination, source, head);
            destination += head;
            source += head;
            lengthBytes -= head;
        }

        nint body = lengthBytes & -CacheLineFlusher.LineBytes;
        StreamLines(destination, source, body);
        CopyTail(destination + body, source + body, lengthBytes - body);
    }

    private static void StreamLines(byte* destination, byte* source, nint lengthBytes)
    {
        byte* end = destination + lengthBytes;
        if (Vector512.IsHardwareAccelerated)
        {
            for (; destination < end; destination += 64, source += 64)
            {
                Vector512.Load(source).StoreAlignedNonTemporal(destination);
            }
        }
        else if (Vector256.IsHardwareAccelerated)
        {
            for (; destination < end; destination += 64, source += 64)
            {
                Vector256<byte> low = Vector256.Load(source);
                Vector256<byte> high = Vector256.Load(source + 32);
                low.StoreAlignedNonTemporal(destination);
                high.StoreAlignedNonTemporal(destination + 32);
            }
        }
        else
        {
            for (; destination < end; destination += 16, source += 16)
            {
                Vector128.Load(source).StoreAlignedNonTemporal(destination);
            }
        }
    }

    // Tails of exactly one streaming store need no write-back; all others share one line.
    private static void CopyTail(byte* destination, byte* source, nint lengthBytes)
    {
        switch (lengthBytes)
        {
            case 0:
                break;
            case 8:
                Sse2.X64.StoreNonTemporal((ulong*)destination, *(ulong*)source);
                break;
            case 16:
                Vector128.Load(source).StoreAlignedNonTemporal(destination);
                break;
            case 32:
                Vector128.Load(source).StoreAlignedNonTemporal(destination);
                Vector128.Load(source + 16).StoreAlignedNonTemporal(destination + 16);
                break;
            default:
                CopyAndFlush(destination, source, lengthBytes);
                break;
        }
    }

    private static void CopyAndFlush(byte* destination, byte* source, nint lengthBytes)
    {
        Buffer.MemoryCopy(source, destination, lengthBytes, lengthBytes);
        CacheLineFlusher.Flush(destination, lengthBytes);
    }
}
