namespace PmemTyped.Replication;

/// <summary>
/// Decides which copy may be promoted, where no human does. That a promotion loses nothing is not its concern: promises and
/// generations decide that, whatever it says. (replication specification, 19.7)
/// </summary>
public interface IPromotionAuthority
{
    /// <summary>Makes a copy the only candidate of its set, or says that another one is. Threads: safe.</summary>
    /// <param name="request">Who wants to write.</param>
    /// <param name="cancellation">Ends the waiting.</param>
    /// <returns>Whether the copy may go on.</returns>
    /// <exception cref="IOException">The authority is not reached; nobody was made the candidate.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    bool TryGrant(PromotionRequest request, CancellationToken cancellation);
}
