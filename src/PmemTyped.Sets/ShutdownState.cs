using PmemTyped.Mapping;
using PmemTyped.Native;
using PmemTyped.Sets.Layout;

namespace PmemTyped.Sets;

/// <summary>The procedure around the shutdown state of a part at open and close (block pool format, section 4).</summary>
public static class ShutdownState
{
    /// <summary>A state with its checksum.</summary>
    /// <param name="identity">Identity of the devices.</param>
    /// <param name="isDirty">Whether the pool is open.</param>
    public static ShutdownStateLayout Make(ShutdownIdentity identity, bool isDirty)
    {
        var state = new ShutdownStateLayout
        {
            UnsafeShutdownCount = identity.UnsafeShutdownCount,
            DeviceUuid = identity.DeviceUuid,
            Dirty = isDirty ? (byte)1 : (byte)0,
        };
        state.Checksum = Checksum(in state);
        return state;
    }

    /// <summary>Judges the stored state before anything is written.</summary>
    /// <param name="header">The part header.</param>
    /// <param name="current">Identity now, or null when it cannot be determined.</param>
    /// <returns>What forbids opening, or null.</returns>
    public static PoolFinding? Examine(in PartHeaderLayout header, ShutdownIdentity? current)
    {
        if (!IsUsed(in header))
        {
            return null;
        }

        ShutdownStateLayout stored = header.ShutdownState;
        bool isWhole = stored.Checksum == Checksum(in stored);
        if (!isWhole || stored.Dirty == 0)
        {
            return null;
        }

        if (current is not { } now)
        {
            return new PoolFinding(
                PoolFindingKind.Format,
                "shutdown state",
                PartHeaderLayout.ShutdownStateOffset,
                "clean",
                "dirty, on NVDIMMs whose unsafe shutdown counts or identifiers cannot be read",
                "Check who may read the attributes of the nmem devices in sysfs, then open it again.");
        }

        bool isSame = stored.UnsafeShutdownCount == now.UnsafeShutdownCount && stored.DeviceUuid == now.DeviceUuid;
        return isSame
            ? null
            : new PoolFinding(
                PoolFindingKind.Corruption,
                "shutdown state",
                PartHeaderLayout.ShutdownStateOffset,
                FormattableString.Invariant($"count {stored.UnsafeShutdownCount}, device 0x{stored.DeviceUuid:X}"),
                FormattableString.Invariant($"count {now.UnsafeShutdownCount}, device 0x{now.DeviceUuid:X}"),
                "The device lost power unsafely while the pool was open; restore the pool from a copy.");
    }

    /// <summary>Marks the pool as open. Persisted on return, deeply where devices have counters. Does nothing when the feature is off or the identity unknown.</summary>
    /// <typeparam name="TMedium">The medium.</typeparam>
    /// <param name="medium">The medium; the part header is at its start.</param>
    /// <param name="header">The part header.</param>
    /// <param name="current">Identity now, or null when it cannot be determined.</param>
    /// <returns>Whether <see cref="MarkClean"/> must be called at close.</returns>
    public static bool MarkDirty<TMedium>(
        TMedium medium, in PartHeaderLayout header, ShutdownIdentity? current)
        where TMedium : struct, IPmemMedium
    {
        if (!IsUsed(in header) || current is not { } now)
        {
            return false;
        }

        Store(medium, Make(now, isDirty: true));

        // P1: crash before here: no store of this session has happened yet; a torn state is started over.
        medium.Persist(
            PartHeaderLayout.ShutdownStateOffset, ShutdownStateLayout.SizeBytes, ShutdownStateOrdering.P1);
        PersistDeeply(medium, now);
        return true;
    }

    /// <summary>Marks the pool as cleanly closed. Persisted on return, deeply where devices have counters; after a failed flush nothing is stored.</summary>
    /// <typeparam name="TMedium">The medium.</typeparam>
    /// <param name="medium">The medium; the part header is at its start.</param>
    /// <exception cref="PmemFaultedException">A flush failed, now or earlier.</exception>
    public static void MarkClean<TMedium>(TMedium medium)
        where TMedium : struct, IPmemMedium
    {
        medium.ThrowIfFaulted();
        ShutdownStateLayout stored = Blittable.Read<ShutdownStateLayout>(
            medium.Window(PartHeaderLayout.ShutdownStateOffset, ShutdownStateLayout.SizeBytes));
        var identity = new ShutdownIdentity(stored.UnsafeShutdownCount, stored.DeviceUuid);
        Store(medium, Make(identity, isDirty: false));

        // P2: crash before here: the state is still dirty, and a process that died is no reason to refuse.
        medium.Persist(
            PartHeaderLayout.ShutdownStateOffset, ShutdownStateLayout.SizeBytes, ShutdownStateOrdering.P2);
        PersistDeeply(medium, identity);
    }

    // The state tells of the failure that an ordinary persist does not survive: the buffers before the medium were lost. Where
    // there are no counters there is no such failure to be told of.
    private static void PersistDeeply<TMedium>(TMedium medium, ShutdownIdentity identity)
        where TMedium : struct, IPmemMedium
    {
        if (identity != default && medium is MapMedium map)
        {
            map.DeepPersist(PartHeaderLayout.ShutdownStateOffset, ShutdownStateLayout.SizeBytes);
        }
    }

    private static bool IsUsed(in PartHeaderLayout header) =>
        ((PoolFeatures)header.Incompat).HasFlag(PoolFeatures.ShutdownState);

    private static ulong Checksum(in ShutdownStateLayout state) =>
        Fletcher64.Compute(Blittable.AsBytes(in state), ShutdownStateLayout.ChecksumOffset);

    private static void Store<TMedium>(TMedium medium, ShutdownStateLayout state)
        where TMedium : struct, IPmemMedium =>
        medium.Store(PartHeaderLayout.ShutdownStateOffset, Blittable.AsBytes(in state));
}
