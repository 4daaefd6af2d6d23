namespace PmemTyped.Replication.Target;

/// <summary>
/// Sessions that ended without a close, by the token and the tickets that their initiators may still come with: who was replaced
/// by another writer is told so, and not that nobody knows it. The oldest ones are forgotten. Threads: one at a time.
/// </summary>
internal sealed class EndedSessions
{
    /// <summary>Many times the sessions that a target has open.</summary>
    internal const int MaxKept = 1024;

    private readonly Queue<Ended> _ended = [];

    internal void Keep(TargetSession session)
    {
        if (_ended.Count == MaxKept)
        {
            _ = _ended.Dequeue();
        }

        _ended.Enqueue(new Ended(session.Name, session.Identity, session.Facts.Epoch, session.Facts.Fence, [session.Token, .. session.Tickets()]));
    }

    /// <summary>Another writer of a pool was promised an epoch.</summary>
    internal void FenceBelow(string name, ulong epoch)
    {
        foreach (Ended ended in _ended.Where(e => e.Name == name && e.Epoch < epoch && !e.Fence.IsRaised))
        {
            ended.Fence.Shut(epoch);
        }
    }

    /// <summary>Throws when another writer took over from the session of a token or ticket.</summary>
    internal void ThrowIfFenced(Guid key, string identity) =>
        _ended.FirstOrDefault(e => e.Identity == identity && e.Keys.Contains(key))?.Fence.ThrowIfRaised();

    private sealed record Ended(string Name, string Identity, ulong Epoch, SessionFence Fence, Guid[] Keys);
}
