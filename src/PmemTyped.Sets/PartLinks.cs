namespace PmemTyped.Sets;

/// <summary>The identity of a part, and those of its neighbours in the two rings. (sets specification, section 21.2)</summary>
/// <param name="Part">This part.</param>
/// <param name="PreviousPart">The part before it in its replica.</param>
/// <param name="NextPart">The part after it in its replica.</param>
/// <param name="PreviousReplica">The first part of the replica before.</param>
/// <param name="NextReplica">The first part of the replica after.</param>
public readonly record struct PartLinks(
    Guid Part, Guid PreviousPart, Guid NextPart, Guid PreviousReplica, Guid NextReplica);
