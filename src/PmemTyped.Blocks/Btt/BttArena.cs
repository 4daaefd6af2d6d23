using PmemTyped.Sets;

namespace PmemTyped.Blocks.Btt;

/// <summary>The state of one arena while the pool is open.</summary>
internal sealed class BttArena
{
    // Entries of one cache line of the map share a lock.
    private const int EntriesPerLine = 16;

    private readonly Lock[] _mapLocks;

    internal BttArena(ArenaGeometry geometry, ArenaFlog flog, PoolFinding? readOnlyBecause)
    {
        Geometry = geometry;
        Lanes = flog.Lanes;
        ReadOnlyBecause = readOnlyBecause ?? flog.Unusable;
        _mapLocks = new Lock[geometry.Lanes];
        for (int i = 0; i < _mapLocks.Length; i++)
        {
            _mapLocks[i] = new Lock();
        }
    }

    internal ArenaGeometry Geometry { get; }

    internal FlogLane[] Lanes { get; }

    /// <summary>Gets why writes are refused, or null.</summary>
    internal PoolFinding? ReadOnlyBecause { get; }

    /// <summary>The lock held from reading a map entry until its successor is stored.</summary>
    internal Lock MapLock(uint lba) => _mapLocks[lba / EntriesPerLine % (uint)_mapLocks.Length];
}
