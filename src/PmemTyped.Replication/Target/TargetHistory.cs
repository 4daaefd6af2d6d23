using PmemTyped.Native.Linux;
using PmemTyped.Replication.Frames;
using PmemTyped.Replication.Generations;

namespace PmemTyped.Replication.Target;

/// <summary>
/// The metadata of the pools of a target: what was promised to whom, durable before it is answered. Threads: safe.
/// (replication specification, 19.7)
/// </summary>
internal sealed class TargetHistory(ReplicaServerOptions options)
{
    private readonly Lock _lock = new();
    private readonly TargetStore _store = new(options);

    // The highest epochs that were promised since the target began; a session that is made late asks for them.
    private readonly Dictionary<string, ulong> _highest = [];

    internal ReplicaMetadata Read(string name)
    {
        lock (_lock)
        {
            return _store.ReadMetadata(name);
        }
    }

    /// <summary>Promises an epoch, higher than all before.</summary>
    internal ReplicaMetadata Promise(string name, ulong epoch)
    {
        lock (_lock)
        {
            return _store.WithMetadata(name, file =>
            {
                ReplicaMetadata known = file.Current;
                return GenerationRules.MayPromise(in known, epoch) ? Keep(file, name, in known, epoch) : throw Stale(epoch, in known);
            });
        }
    }

    /// <summary>The epoch of an open that names none: the next one here. A new pool begins a new history.</summary>
    internal ulong Begin(string name, ulong asked, bool isNew)
    {
        lock (_lock)
        {
            return _store.WithMetadata(name, file =>
            {
                ReplicaMetadata known = isNew ? new ReplicaMetadata { PromisedEpoch = file.Current.PromisedEpoch } : file.Current;
                if (known.Role == ReplicaRole.Primary)
                {
                    throw new FrameException(
                        RemoteErrno.Stale, $"The pool is a primary there, {known}; only a writer with a higher epoch may open it.");
                }

                ulong epoch = asked != 0 ? asked : GenerationRules.NextEpoch(known.PromisedEpoch, number: 0);
                return GenerationRules.MayPromise(in known, epoch) ? Keep(file, name, in known, epoch) : throw Stale(epoch, in known);
            }).PromisedEpoch;
        }
    }

    /// <summary>Refuses a writer of an epoch below the promised one.</summary>
    internal void Require(string name, ulong epoch, out bool isPromised)
    {
        ReplicaMetadata known = Read(name);
        isPromised = epoch == known.PromisedEpoch;
        if (!GenerationRules.MayWrite(in known, epoch))
        {
            throw Stale(epoch, in known);
        }
    }

    internal void RequireHighest(string name, ulong epoch)
    {
        lock (_lock)
        {
            if (_highest.TryGetValue(name, out ulong highest) && highest > epoch)
            {
                throw Stale(epoch, new ReplicaMetadata { PromisedEpoch = highest });
            }
        }
    }

    /// <summary>Replaces the metadata, all but the name of the copy, for a writer whose epoch was promised.</summary>
    internal ReplicaMetadata Replace(string name, ReplicaMetadata wanted, ulong epoch)
    {
        lock (_lock)
        {
            return _store.WithMetadata(name, file =>
            {
                ReplicaMetadata known = file.Current;
                if (epoch == 0 || epoch != known.PromisedEpoch)
                {
                    throw Stale(epoch, in known);
                }

                return file.Update(wanted with { ReplicaId = known.ReplicaId, PromisedEpoch = epoch });
            });
        }
    }

    private ReplicaMetadata Keep(MetadataFile file, string name, in ReplicaMetadata known, ulong epoch)
    {
        ReplicaMetadata promised = GenerationRules.Promised(in known, epoch);
        promised = file.Update(promised.ReplicaId == Guid.Empty ? promised with { ReplicaId = Guid.NewGuid() } : promised);
        _highest[name] = epoch;
        return promised;
    }

    private static FrameException Stale(ulong epoch, in ReplicaMetadata known) => new(
        RemoteErrno.Stale,
        FormattableString.Invariant(
            $"Epoch {epoch >> 8}.{epoch & 0xFF} does not follow {known.PromisedEpoch >> 8}.{known.PromisedEpoch & 0xFF}, which was promised: another writer took over"));
}
