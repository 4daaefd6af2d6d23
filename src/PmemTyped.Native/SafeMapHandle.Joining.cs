namespace PmemTyped.Native;

/// <content>Maps that lie next to each other, seen as one.</content>
public sealed partial class SafeMapHandle
{
    /// <summary>
    /// A handle over maps that follow each other without a gap. It keeps all of them, so that the memory stays until this
    /// handle and theirs are released, in any order.
    /// </summary>
    /// <param name="pieces">At least one, in address order.</param>
    /// <returns>Null when there is a gap, or none was given.</returns>
    /// <exception cref="ObjectDisposedException">One of them was disposed.</exception>
    public static SafeMapHandle? Join(IReadOnlyList<SafeMapHandle> pieces)
    {
        if (pieces.Count == 0)
        {
            return null;
        }

        nint end = pieces[0].handle;
        foreach (SafeMapHandle piece in pieces)
        {
            if (piece.handle != end)
            {
                return null;
            }

            end += (nint)piece._lengthBytes;
        }

        SafeMapHandle[] kept = [.. pieces];
        int count = 0;
        try
        {
            for (; count < kept.Length; count++)
            {
                bool added = false;
                kept[count].DangerousAddRef(ref added);
            }
        }
        catch
        {
            for (int i = 0; i < count; i++)
            {
                kept[i].DangerousRelease();
            }

            throw;
        }

        nint start = kept[0].handle;
        return new SafeMapHandle(start, end - start, entry: null) { _pieces = kept };
    }

    private bool ReleasePieces()
    {
        foreach (SafeMapHandle piece in _pieces!)
        {
            piece.DangerousRelease();
        }

        return true;
    }
}
