namespace PmemTyped.Blocks.Btt;

/// <summary>
/// The first write that ended between its steps, kept for good. No flush of the pool need have failed: a mirror may be gone,
/// or who listens may have thrown. Flog, map and slot do not agree then, so the free block of the slot may be in use, now or
/// after the next open; storing the next block there would be a loss. Opening the pool again finds out (Design 0004).
/// Whoever has a slot asks before it stores: slots change hands behind a fence, so the one that was left is not overlooked.
/// Threads: safe.
/// </summary>
internal sealed class UnfinishedWrite(string path)
{
    private Exception? _cause;

    /// <summary>Notes that a write ended so.</summary>
    internal void Note(Exception cause) => Interlocked.CompareExchange(ref _cause, cause, null);

    /// <summary>Refuses to write.</summary>
    /// <exception cref="PmemFaultedException">A write ended between its steps.</exception>
    internal void ThrowIfAny()
    {
        if (Volatile.Read(ref _cause) is { } cause)
        {
            throw new PmemFaultedException(path, cause);
        }
    }
}
