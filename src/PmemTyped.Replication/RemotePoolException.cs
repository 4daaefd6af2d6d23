namespace PmemTyped.Replication;

/// <summary>
/// A target refused, or cannot be reached any more. What was acknowledged before is durable there; of what was not, anything
/// may have arrived.
/// </summary>
public sealed class RemotePoolException : PmemException
{
    internal RemotePoolException(
        int errno, RemoteStage stage, string replica, bool isFatal, string reason, Exception? inner = null)
        : base(
            $"{Doing(stage)} at {replica}: {reason} ({RemoteErrno.Name(errno)})."
            + (isFatal ? " The pool is lost to this handle; close it and open the pool again." : string.Empty),
            inner)
    {
        Errno = errno;
        Stage = stage;
        Replica = replica;
        IsFatal = isFatal;
    }

    /// <summary>Gets the error number that librpmem gives.</summary>
    public int Errno { get; }

    /// <summary>Gets what was being done.</summary>
    public RemoteStage Stage { get; }

    /// <summary>Gets the name of the target.</summary>
    public string Replica { get; }

    /// <summary>Gets a value indicating whether the handle is of no more use: every later call throws this again.</summary>
    public bool IsFatal { get; }

    /// <summary>
    /// Gets a value indicating whether another writer took over (ESTALE): nothing may be acknowledged any more, not even without
    /// this target.
    /// </summary>
    public bool IsFenced => Errno == RemoteErrno.Stale;

    private static string Doing(RemoteStage stage) => stage switch
    {
        RemoteStage.Connect => "Cannot reach the target",
        RemoteStage.Create => "Cannot create the pool",
        RemoteStage.Open => "Cannot open the pool",
        RemoteStage.Lane => "Cannot connect a lane",
        RemoteStage.Persist => "Cannot make a range durable",
        RemoteStage.Read => "Cannot read",
        RemoteStage.SetAttributes => "Cannot change the attributes",
        RemoteStage.Close => "Cannot close the pool in good order",
        RemoteStage.Remove => "Cannot remove the pool",
        RemoteStage.Stat => "Cannot ask for the pool",
        RemoteStage.History => "Cannot read or change the history of the copy",
        _ => "No signs of life",
    };
}
