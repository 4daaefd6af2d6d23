using System.Diagnostics.CodeAnalysis;
using PmemTyped.Blocks.Layout;
using PmemTyped.Mapping;
using PmemTyped.Sets;

namespace PmemTyped.Blocks.Btt;

/// <summary>The state of one arena while the pool is open.</summary>
internal sealed class BttArena
{
    private readonly string _path;
    private readonly PoolFinding? _readOnlyBecause;

    internal BttArena(string path, ArenaGeometry geometry, ArenaFlog flog, PoolFinding? readOnlyBecause)
    {
        _path = path;
        Geometry = geometry;
        Lanes = flog.Lanes;
        _readOnlyBecause = readOnlyBecause ?? flog.Unusable;
    }

    /// <summary>Gets where everything is. Changes when the arena grows, while nobody holds a lane.</summary>
    internal ArenaGeometry Geometry { get; private set; }

    internal FlogLane[] Lanes { get; }

    /// <summary>Gets a value indicating whether the arena is damaged and may only be read.</summary>
    internal bool IsErrored => _readOnlyBecause is not null;

    /// <summary>Gets the locks held from reading a map entry until its successor is durable.</summary>
    internal MapLocks MapLocks { get; } = new();

    /// <summary>Lets a longer arena take the place of this one; lanes and their free blocks stay.</summary>
    internal void MoveTo(ArenaGeometry geometry) => Geometry = geometry;

    /// <summary>Refuses a damaged arena.</summary>
    /// <exception cref="PmemCorruptionException">It may only be read.</exception>
    internal void ThrowIfErrored() => _readOnlyBecause?.Throw(_path);

    /// <summary>Whether a map entry names a block of the arena.</summary>
    internal bool IsMapped(BttMapEntry entry) => entry.Block < Geometry.InternalBlocks;

    /// <summary>Refuses a map entry that names a block outside the arena.</summary>
    /// <exception cref="PmemCorruptionException">It does.</exception>
    internal void CheckMapped(uint index, BttMapEntry entry)
    {
        if (!IsMapped(entry))
        {
            ThrowUnmapped(index, entry);
        }
    }

    [DoesNotReturn]
    private void ThrowUnmapped(uint index, BttMapEntry entry) => new PoolFinding(
        PoolFindingKind.Corruption,
        FormattableString.Invariant($"arena {Geometry.Index} map entry {index}"),
        Geometry.MapEntryOffset(index),
        FormattableString.Invariant($"an internal block below {Geometry.InternalBlocks}"),
        FormattableString.Invariant($"{entry.Block}"),
        BttInfoValidator.RepairHint).Throw(_path);
}
