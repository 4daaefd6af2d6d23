namespace PmemTyped.Replication.Fanout;

/// <summary>Whether a replica is one of this pool, and holds what it holds.</summary>
internal static class ReplicaContent
{
    internal static void RequireSamePool(RemotePool pool, string name, in RemotePoolAttributes wanted)
    {
        RemotePoolAttributes found = pool.Attributes;
        if (found.Signature != wanted.Signature || found.PoolSetUuid != wanted.PoolSetUuid)
        {
            throw new PmemFormatException(
                name,
                "header of the replica",
                0,
                FormattableString.Invariant($"pool {wanted.PoolSetUuid} of type 0x{wanted.Signature:X}"),
                FormattableString.Invariant($"pool {found.PoolSetUuid} of type 0x{found.Signature:X}"),
                "The set file there names another pool; correct the name of the replica, here or there.");
        }

        if (found.Major != wanted.Major || found.Incompat != wanted.Incompat)
        {
            throw new PmemFormatException(
                name,
                "header of the replica",
                0,
                FormattableString.Invariant($"version {wanted.Major} with features 0x{wanted.Incompat:X}"),
                FormattableString.Invariant($"version {found.Major} with features 0x{found.Incompat:X}"),
                "The format of one of them was changed alone; make the replica anew.");
        }
    }

    internal static void RequireNone(IReadOnlyList<RemoteDifference> differences, string name)
    {
        if (differences.Count > 0)
        {
            throw new PmemFormatException(
                name,
                "content of the replica",
                differences[0].Offset,
                "that of this pool",
                FormattableString.Invariant($"{differences.Sum(d => d.LengthBytes)} bytes that may differ, in {differences.Count} ranges"),
                "One of the two is stale: after a crash usually the replica, after a promotion this pool. If no other machine went on "
                + "with the replica, resynchronise it: open with SendsDifferences. Otherwise this pool has to be the one that follows.");
        }
    }
}
