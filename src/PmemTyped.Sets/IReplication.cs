namespace PmemTyped.Sets;

/// <summary>
/// Copies of one pool elsewhere, open. <see cref="IPersistObserver.OnPersisted"/> never throws and never leaves a range out;
/// what failed is thrown where nothing is half done, by the other two. Disposing waits for what was told of, as long as a call
/// may take, and closes the copies. Threads: safe.
/// </summary>
public interface IReplication : IPersistObserver, IDisposable
{
    /// <summary>Removes the copies, of a pool that was being made and failed. Never throws.</summary>
    void Undo();
}
