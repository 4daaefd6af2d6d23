using PmemTyped.Native.X64;

namespace PmemTyped.Native;

/// <summary>
/// Copies with 8-byte stores that never tear, and with single bytes up to the first and from the last aligned word:
/// PMEM_NO_MOVNT=1, and processors without streaming stores. (mapping specification, section 9.3)
/// </summary>
internal sealed unsafe class WordStores(CacheLineFlusher flusher) : StoreFunctions(flusher, 0)
{
    private const int WordBytes = sizeof(ulong);

    internal override StoreInstructions Instructions => StoreInstructions.Words;

    protected override void Store(byte* destination, byte* source, nint lengthBytes, nint stride, bool backward)
    {
        nint head = Math.Min(-(nint)destination & (WordBytes - 1), lengthBytes);
        nint bodyEnd = lengthBytes - ((lengthBytes - head) & (WordBytes - 1));
        if (backward)
        {
            BytesBackward(destination, source, bodyEnd, lengthBytes, stride);
            for (nint at = bodyEnd - WordBytes; at >= head; at -= WordBytes)
            {
                CopyWord(destination + at, source + (at * stride));
            }

            BytesBackward(destination, source, 0, head, stride);
        }
        else
        {
            BytesForward(destination, source, 0, head, stride);
            for (nint at = head; at < bodyEnd; at += WordBytes)
            {
                CopyWord(destination + at, source + (at * stride));
            }

            BytesForward(destination, source, bodyEnd, lengthBytes, stride);
        }
    }

    // SAFETY, all three: the positions lie inside the job. A volatile store is neither merged nor split.
    private static void CopyWord(byte* destination, byte* source) =>
        Volatile.Write(ref *(ulong*)destination, *(ulong*)source);

    private static void BytesForward(byte* destination, byte* source, nint start, nint end, nint stride)
    {
        for (nint at = start; at < end; at++)
        {
            destination[at] = source[at * stride];
        }
    }

    private static void BytesBackward(byte* destination, byte* source, nint start, nint end, nint stride)
    {
        for (nint at = end - 1; at >= start; at--)
        {
            destination[at] = source[at * stride];
        }
    }
}
