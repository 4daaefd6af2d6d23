using PmemTyped.Native.Linux;
using PmemTyped.Replication.Frames;

namespace PmemTyped.Replication.Target;

/// <summary>
/// Keeps what initiators create within what their grants allow. What exists is counted from the set files and parts that are
/// there, so nothing has to be remembered, and pools that were made or removed by hand count too. Threads: safe.
/// </summary>
internal sealed class TargetQuota(ReplicaServerOptions options, TargetStore store)
{
    // Between looking and creating nobody else may create.
    private readonly Lock _creating = new();

    /// <summary>Creates a pool, or refuses before anything changes.</summary>
    internal TargetPool Create(string identity, string name, Func<TargetPool> create)
    {
        ReplicaGrant[] limited = [.. (options.Grants ?? []).Where(g => g.IsLimited && g.Covers(identity, name, ReplicaRights.Create))];
        if (limited.Length == 0)
        {
            return create();
        }

        lock (_creating)
        {
            long wanted = store.BytesOf(name);
            foreach (ReplicaGrant grant in limited)
            {
                Require(grant, store.Existing(grant.NamePrefix, except: name), wanted);
            }

            return create();
        }
    }

    private static void Require(ReplicaGrant grant, (int Pools, long Bytes) existing, long wanted)
    {
        if (existing.Pools >= grant.MaxPools)
        {
            throw new FrameException(Errno.NoSpace, FormattableString.Invariant(
                $"'{grant.Identity}' has {existing.Pools} pools below '{grant.NamePrefix}', and may have {grant.MaxPools}. Remove one first."));
        }

        if (wanted > grant.MaxBytes - existing.Bytes)
        {
            throw new FrameException(Errno.NoSpace, FormattableString.Invariant(
                $"The pools of '{grant.Identity}' below '{grant.NamePrefix}' have {existing.Bytes} bytes, this one {wanted}, and {grant.MaxBytes} are allowed. Remove one first."));
        }
    }
}
