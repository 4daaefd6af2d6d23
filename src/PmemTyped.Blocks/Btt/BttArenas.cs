using System.Diagnostics.CodeAnalysis;
using PmemTyped.Blocks.Layout;
using PmemTyped.Mapping;
using PmemTyped.Sets;

namespace PmemTyped.Blocks.Btt;

/// <summary>The arenas of an open pool: found at open, or written at the first write.</summary>
internal sealed class BttArenas<TMedium>
    where TMedium : struct, IPmemMedium
{
    private TMedium _medium;
    private readonly BttIdentity _identity;
    private readonly Lock _layoutLock = new();
    private ArenaGeometry[] _geometry;
    private BttArena[]? _loaded;
    private long _blocks;

    private BttArenas(TMedium medium, BttIdentity identity, BttLayout layout)
    {
        _medium = medium;
        _identity = identity;
        _geometry = layout.Arenas;
        _blocks = layout.Blocks;
    }

    /// <summary>Gets the number of blocks of the pool, which growth makes larger.</summary>
    internal long Blocks => Volatile.Read(ref _blocks);

    /// <summary>Gets the arenas, or null while there is no layout.</summary>
    internal BttArena[]? Loaded => Volatile.Read(ref _loaded);

    /// <summary>Gets a value indicating whether an arena is damaged, so that it may only be read.</summary>
    internal bool HasErrored { get; private set; }

    /// <summary>Judges all flogs without writing, then calls back, then completes interrupted writes.</summary>
    internal static BttArenas<TMedium> Open(
        TMedium medium, BttIdentity identity, BttLayout layout, Action beforeFirstStore)
    {
        var arenas = new BttArenas<TMedium>(medium, identity, layout);
        ArenaFlog[] flogs = layout.IsWritten ? arenas.ReadFlogs() : [];
        beforeFirstStore();
        if (layout.IsWritten)
        {
            arenas.Load(flogs, layout.ErroredArenas);
        }

        return arenas;
    }

    /// <summary>Finds the arena of a block and its index there; -1 when the block does not exist.</summary>
    internal int Find(long lba, out uint index)
    {
        index = 0;
        if ((ulong)lba >= (ulong)Blocks)
        {
            return -1;
        }

        // Read after the number of blocks, which growth changes last.
        ArenaGeometry[] geometry = _geometry;
        int arena = 0;
        while (lba >= geometry[arena].Lbas)
        {
            lba -= geometry[arena].Lbas;
            arena++;
        }

        index = (uint)lba;
        return arena;
    }

    /// <summary>Where the map entry of a block is, written or not.</summary>
    internal long MapEntryOffset(int arena, uint index) => _geometry[arena].MapEntryOffset(index);

    /// <summary>
    /// Asks for blocks that will be read in order, and for their map entries. Where a block lies only its map entry says; in a
    /// pool that was filled in order it is near the place of its number, and a whole scan needs every place anyway.
    /// </summary>
    internal void Preload(long lba, long count)
    {
        long blocks = Blocks;
        long end = lba > blocks - count ? blocks : lba + count;
        while (lba < end)
        {
            ArenaGeometry arena = _geometry[Find(lba, out uint index)];
            long here = Math.Min(end - lba, arena.Lbas - index);
            _medium.Preload(arena.MapEntryOffset(index), here * BttMapEntry.SizeBytes);
            _medium.Preload(arena.BlockOffset(index), here * arena.InternalBlockBytes);
            lba += here;
        }
    }

    /// <summary>Refuses a block that does not exist.</summary>
    internal void Check(long lba)
    {
        if ((ulong)lba >= (ulong)Blocks)
        {
            ThrowOutside(lba);
        }
    }

    [DoesNotReturn]
    internal void ThrowOutside(long lba) => throw new ArgumentOutOfRangeException(
        nameof(lba),
        FormattableString.Invariant($"Block {lba} does not exist: '{_identity.Path}' has blocks 0 to {Blocks - 1}."));

    /// <summary>The arenas, written first if need be. Persisted on return.</summary>
    internal BttArena[] EnsureLayout()
    {
        if (Loaded is { } arenas)
        {
            return arenas;
        }

        lock (_layoutLock)
        {
            if (_loaded is null)
            {
                BttLayoutWriter<TMedium>.Write(
                    _medium, _geometry, _identity.Pool, _identity.IsZeroed, Guid.NewGuid());
                Load(ReadFlogs(), []);
            }

            return _loaded!;
        }
    }

    /// <summary>The plan to fill a larger pool, or null when nothing is gained by it.</summary>
    /// <exception cref="NotSupportedException">The arenas cannot grow into that size.</exception>
    internal GrowthPlan? PlanGrowth(long poolBytes)
    {
        if (HasErrored)
        {
            throw new NotSupportedException(
                $"Cannot grow '{_identity.Path}': an arena of it is damaged and may only be read. {BttInfoValidator.RepairHint}");
        }

        GrowthPlan? plan = GrowthPlan.Make(_geometry, poolBytes, _identity.BlockBytes, out string? refusal);
        return refusal is null ? plan : throw new NotSupportedException($"Cannot grow '{_identity.Path}'. {refusal}");
    }

    /// <summary>Writes what can be written while others work. Nothing refers to it.</summary>
    /// <returns>False when there is nothing to grow from: no layout is written yet.</returns>
    internal bool PrepareGrowth(TMedium larger, GrowthPlan plan)
    {
        if (Loaded is not null)
        {
            BttGrowth<TMedium>.WriteAppended(larger, plan, _identity.Pool);
            BttGrowth<TMedium>.WriteMoved(larger, plan, _identity.Pool);
            return true;
        }

        return false;
    }

    /// <summary>Fills a larger pool, while nobody else is at work. Persisted on return.</summary>
    internal void Grow(TMedium larger, GrowthPlan plan, bool isPrepared)
    {
        _medium = larger;
        if (Loaded is { } arenas)
        {
            if (isPrepared)
            {
                BttGrowth<TMedium>.WriteMoved(larger, plan, _identity.Pool);
            }
            else
            {
                // The layout was written since.
                _ = PrepareGrowth(larger, plan);
            }

            BttGrowth<TMedium>.Publish(larger, plan, _identity.Pool);
            arenas[^1].MoveTo(plan.To);
            BttArena[] appended = [.. plan.Appended.Select(Fresh)];
            Volatile.Write(ref _loaded, [.. arenas, .. appended]);
        }

        _geometry = plan.Target;
        Volatile.Write(ref _blocks, plan.Target.Sum(a => (long)a.Lbas));
    }

    private BttArena Fresh(ArenaGeometry geometry)
    {
        ArenaFlog? flog = BttFlogReader<TMedium>.Read(_medium, geometry, long.MaxValue, out PoolFinding? finding);
        if (flog is null)
        {
            finding!.Throw(_identity.Path);
        }

        return new BttArena(_identity.Path, geometry, flog, readOnlyBecause: null);
    }

    private ArenaFlog[] ReadFlogs()
    {
        var flogs = new ArenaFlog[_geometry.Length];
        for (int i = 0; i < flogs.Length; i++)
        {
            ArenaFlog? flog = BttFlogReader<TMedium>.Read(_medium, _geometry[i], Blocks, out PoolFinding? finding);
            if (flog is null)
            {
                finding!.Throw(_identity.Path);
            }

            flogs[i] = flog;
        }

        return flogs;
    }

    private void Load(ArenaFlog[] flogs, IReadOnlyList<int> erroredArenas)
    {
        var arenas = new BttArena[_geometry.Length];
        for (int i = 0; i < arenas.Length; i++)
        {
            BttRecovery<TMedium>.Complete(_medium, _geometry[i], flogs[i].Interrupted);
            PoolFinding? readOnlyBecause = erroredArenas.Contains(i)
                ? BttInfoValidator.Damaged(i, _geometry[i].Start + 48, "free of the error flag", "flagged by an earlier failure")
                : null;
            arenas[i] = new BttArena(_identity.Path, _geometry[i], flogs[i], readOnlyBecause);
            HasErrored |= arenas[i].IsErrored;
        }

        Volatile.Write(ref _loaded, arenas);
    }
}
