using PmemTyped.Replication.Generations;
using PmemTyped.Replication.Resync;

namespace PmemTyped.Replication;

/// <content>The ways to a primary: a new set, and the promises that an open needs.</content>
public sealed partial class ReplicaPrimary
{
    /// <summary>Begins a set, with this copy as its primary, number 1. Persisted on return.</summary>
    /// <param name="pool">Path of the pool, or of its set file; the side file lies beside the pool, or its first part.</param>
    /// <param name="copies">Copies of the set, this one included; 2 to 63.</param>
    /// <param name="leastCopies">Copies that an acknowledged write has at least: all of them for All, w for Quorum(w).</param>
    /// <exception cref="ArgumentOutOfRangeException">The numbers make no set.</exception>
    /// <exception cref="InvalidOperationException">The pool belongs to a set already.</exception>
    /// <exception cref="PmemException">The side file cannot be made, or is in use.</exception>
    public static void Create(string pool, int copies, int leastCopies)
    {
        ArgumentNullException.ThrowIfNull(pool);
        ArgumentOutOfRangeException.ThrowIfLessThan(copies, 2);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(copies, ReplicaMetadata.MaxNumber - 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(leastCopies, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(leastCopies, copies);
        using MetadataFile file = MetadataFile.Open(pool);
        if (file.Current.SetUuid != Guid.Empty)
        {
            throw new InvalidOperationException(
                $"The pool '{pool}' belongs to a set already: {file.Current}. Open it, or remove its side file first.");
        }

        file.Update(GenerationRules.NewSet(copies, leastCopies, Now()));
    }

    /// <summary>Begins a set for a pool that is being made: what lies beside it is of a pool that is gone.</summary>
    internal static void Renew(string place, int copies, int leastCopies)
    {
        using MetadataFile file = MetadataFile.OpenAt(place);
        file.Update(GenerationRules.NewSet(copies, leastCopies, Now()) with { PromisedEpoch = file.Current.PromisedEpoch });
        for (int number = 1; number <= copies; number++)
        {
            MissedRegionFile.Remove(place, number);
        }
    }

    /// <summary>Removes what lies beside a pool that was not made, or that belongs to no set after all.</summary>
    internal static void Forget(string place, int copies)
    {
        MetadataFile.Remove(place);
        for (int number = 1; number <= copies; number++)
        {
            MissedRegionFile.Remove(place, number);
        }
    }

    /// <summary>What the side file of a pool says; all zero where there is none. Nothing is changed.</summary>
    /// <param name="pool">Path of the pool, or of its set file.</param>
    /// <exception cref="PmemException">It cannot be read, or is in use.</exception>
    public static ReplicaMetadata Examine(string pool)
    {
        ArgumentNullException.ThrowIfNull(pool);
        return ExamineAt(MetadataFile.PlaceOf(pool));
    }

    internal static ReplicaMetadata ExamineAt(string place)
    {
        if (!MetadataFile.Exists(place))
        {
            return default;
        }

        using MetadataFile file = MetadataFile.OpenAt(place);
        return file.Current;
    }

    /// <summary>
    /// Obtains promises for a new epoch from enough copies, and takes up the history. On return it is durable that this copy writes
    /// and was not closed.
    /// </summary>
    /// <param name="pool">Path of the pool, or of its set file.</param>
    /// <param name="poolBytes">Its size in bytes.</param>
    /// <param name="peers">The other copies.</param>
    /// <param name="options">How they are reached; null for the defaults.</param>
    /// <exception cref="InvalidOperationException">It is no primary: it was never promoted, or belongs to no set.</exception>
    /// <exception cref="ReplicaConflictException">Too few copies promised, or one of them is newer.</exception>
    /// <exception cref="RemotePoolException">Other writers were faster again and again.</exception>
    /// <exception cref="PmemException">The files beside the pool are in use or cannot be written.</exception>
    public static ReplicaPrimary Open(
        string pool, long poolBytes, IReadOnlyList<ReplicaPeer> peers, RemotePoolOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(pool);
        ArgumentNullException.ThrowIfNull(peers);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(poolBytes);
        return OpenAt(MetadataFile.PlaceOf(pool), poolBytes, peers, options ?? new RemotePoolOptions());
    }

    internal static ReplicaPrimary OpenAt(
        string place, long poolBytes, IReadOnlyList<ReplicaPeer> peers, RemotePoolOptions options)
    {
        var primary = new ReplicaPrimary(MetadataFile.OpenAt(place), peers, options);
        try
        {
            primary.Begin(place, poolBytes);
            return primary;
        }
        catch
        {
            primary.Release();
            throw;
        }
    }

    private void Begin(string place, long poolBytes)
    {
        ReplicaMetadata current = _file.Current;
        if (current.Role != ReplicaRole.Primary)
        {
            throw new InvalidOperationException(
                $"The pool '{place}' is no primary: {current}. Begin a set with Create, or promote this copy.");
        }

        PromiseRound round = PromiseRound.RunToOpen(in current, [.. _peers.Values], _options);
        round.RequireToOpen(in current);
        _before = current;
        for (int number = 1; number <= current.Copies; number++)
        {
            if (number != current.Number)
            {
                MissedRegionFile missed = MissedRegionFile.Open(place, number, current.SetUuid, poolBytes);
                _missed.Add(number, missed);
                if (!current.IsClean)
                {
                    missed.Bitmap.Fill();
                }
            }
        }

        current = GenerationRules.Opened(in current);
        _file.Update(GenerationRules.Promised(in current, round.Epoch));
    }
}
