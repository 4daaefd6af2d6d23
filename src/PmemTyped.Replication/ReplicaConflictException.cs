namespace PmemTyped.Replication;

/// <summary>
/// Generations say that a copy may not write, or may not be overwritten. Nothing was changed, except that epochs may have been
/// promised. The message has the histories of all copies that were asked.
/// </summary>
public sealed class ReplicaConflictException : PmemException
{
    internal ReplicaConflictException(string reason, ReplicaMetadata mine, IReadOnlyList<ReplicaMetadata> others)
        : base($"{reason} This copy: {mine}. {string.Concat(others.Select(o => $"Other: {o}. "))}".TrimEnd())
    {
        Mine = mine;
        Others = others;
    }

    // Every thread throws one of its own.
    internal ReplicaConflictException(ReplicaConflictException same)
        : base(same.Message)
    {
        Mine = same.Mine;
        Others = same.Others;
    }

    /// <summary>Gets the metadata of the copy that was to write.</summary>
    public ReplicaMetadata Mine { get; }

    /// <summary>Gets those of the others that were asked.</summary>
    public IReadOnlyList<ReplicaMetadata> Others { get; }
}
