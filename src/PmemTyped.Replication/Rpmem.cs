using PmemTyped.Mapping;
using PmemTyped.Native.Linux;

namespace PmemTyped.Replication;

/// <summary>
/// The calls of librpmem 1.3 under their names, with its return values: null or -1, and an error number of the thread. For
/// ported code; new code uses <see cref="RemotePool"/>. Errors do not poison a handle, unless its target is lost, and every call
/// ends. Threads: safe. (replication specification, sections 2 and 15)
/// </summary>
/// <param name="transports">How the target of an address is reached; its exceptions become error numbers.</param>
public sealed class Rpmem(Func<RpmemTarget, IReplicaTransport> transports)
{
    /// <summary>The major version of the interface.</summary>
    public const int MajorVersion = 1;

    /// <summary>The minor version of the interface.</summary>
    public const int MinorVersion = 3;

    [ThreadStatic]
    private static int s_errno;

    [ThreadStatic]
    private static string? s_message;

    /// <summary>Gets the error number of the last call of this thread that failed. (errno)</summary>
    public static int LastError => s_errno;

    /// <summary>Gets the message of the last call of this thread that failed; overwritten by later ones, never cleared. (rpmem_errormsg)</summary>
    public static string LastMessage => s_message ?? string.Empty;

    /// <summary>Says why a version of the interface is not offered, or null. (rpmem_check_version)</summary>
    /// <param name="major">Must be 1.</param>
    /// <param name="minor">At most 3.</param>
    public static string? CheckVersion(int major, int minor)
    {
        if (major == MajorVersion && minor <= MinorVersion)
        {
            return null;
        }

        return FormattableString.Invariant($"librpmem version {major}.{minor} is required, {MajorVersion}.{MinorVersion} is offered");
    }

    /// <summary>Creates a pool; see <see cref="RemotePool.Create(IReplicaTransport, string, PmemMap, in RemotePoolAttributes, RemotePoolOptions?)"/>. (rpmem_create)</summary>
    /// <param name="target">Address of the target.</param>
    /// <param name="poolSetName">Name of the set file there.</param>
    /// <param name="pool">The memory; it begins at a page.</param>
    /// <param name="poolBytes">Size of the window.</param>
    /// <param name="lanes">Lanes that are asked for; afterwards those that were granted. As it was after an error.</param>
    /// <param name="attributes">The attributes; null for a pool without headers.</param>
    /// <returns>The handle, or null.</returns>
    public RpmemPool? Create(
        string target, string poolSetName, PmemMap? pool, long poolBytes, ref uint lanes, RemotePoolAttributes? attributes)
    {
        uint granted = lanes;
        RpmemPool? made = Begin(target, pool, poolBytes, ref granted, (transport, map, options) =>
            RemotePool.Create(transport, poolSetName, map, attributes ?? default, options));
        lanes = granted;
        return made;
    }

    /// <summary>Opens a pool; see <see cref="RemotePool.Open(IReplicaTransport, string, PmemMap, RemotePoolOptions?)"/>. (rpmem_open)</summary>
    /// <param name="target">Address of the target.</param>
    /// <param name="poolSetName">Name of the set file there.</param>
    /// <param name="pool">The memory; it begins at a page.</param>
    /// <param name="poolBytes">Size of the window.</param>
    /// <param name="lanes">Lanes that are asked for; afterwards those that were granted. As it was after an error.</param>
    /// <param name="attributes">The stored attributes; all zero without headers, and after an error.</param>
    /// <returns>The handle, or null.</returns>
    public RpmemPool? Open(
        string target, string poolSetName, PmemMap? pool, long poolBytes, ref uint lanes, out RemotePoolAttributes attributes)
    {
        uint granted = lanes;
        RpmemPool? opened = Begin(target, pool, poolBytes, ref granted, (transport, map, options) =>
            RemotePool.Open(transport, poolSetName, map, options));
        lanes = granted;
        attributes = opened?.Pool.Attributes ?? default;
        return opened;
    }

    /// <summary>Changes the attributes. (rpmem_set_attr)</summary>
    /// <param name="pool">The handle.</param>
    /// <param name="attributes">The attributes; null for zeros.</param>
    /// <returns>0, or -1.</returns>
    public static int SetAttributes(RpmemPool pool, RemotePoolAttributes? attributes) =>
        Guarded(() => pool.Pool.SetAttributes(attributes ?? default));

    /// <summary>Makes a range durable. (rpmem_persist)</summary>
    /// <param name="pool">The handle.</param>
    /// <param name="offset">First byte.</param>
    /// <param name="lengthBytes">Number of bytes.</param>
    /// <param name="lane">Number of the lane.</param>
    /// <param name="flags">0, or 1 for relaxed.</param>
    /// <returns>0, or -1.</returns>
    public static int Persist(RpmemPool pool, long offset, long lengthBytes, int lane, int flags) =>
        Guarded(() => pool.Pool.Persist(offset, lengthBytes, lane, (RemotePersist)flags));

    /// <summary>Makes a range durable past the buffers of the memory controller. (rpmem_deep_persist)</summary>
    /// <param name="pool">The handle.</param>
    /// <param name="offset">First byte.</param>
    /// <param name="lengthBytes">Number of bytes.</param>
    /// <param name="lane">Number of the lane.</param>
    /// <returns>0, or -1.</returns>
    public static int DeepPersist(RpmemPool pool, long offset, long lengthBytes, int lane) =>
        Guarded(() => pool.Pool.DeepPersist(offset, lengthBytes, lane));

    /// <summary>Queues a range. (rpmem_flush)</summary>
    /// <param name="pool">The handle.</param>
    /// <param name="offset">First byte.</param>
    /// <param name="lengthBytes">Number of bytes.</param>
    /// <param name="lane">Number of the lane.</param>
    /// <param name="flags">0, or 1 for relaxed.</param>
    /// <returns>0, or -1.</returns>
    public static int Flush(RpmemPool pool, long offset, long lengthBytes, int lane, int flags) =>
        Guarded(() => pool.Pool.Flush(offset, lengthBytes, lane, (RemotePersist)flags));

    /// <summary>Waits for what was queued. (rpmem_drain)</summary>
    /// <param name="pool">The handle.</param>
    /// <param name="lane">Number of the lane.</param>
    /// <param name="flags">0.</param>
    /// <returns>0, or -1.</returns>
    public static int Drain(RpmemPool pool, int lane, int flags) => Guarded(() =>
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(flags, 0);
        pool.Pool.Drain(lane);
    });

    /// <summary>Reads from the target. (rpmem_read)</summary>
    /// <param name="pool">The handle.</param>
    /// <param name="buffer">Receives as many bytes as it is long.</param>
    /// <param name="offset">First byte.</param>
    /// <param name="lane">Number of the lane.</param>
    /// <returns>0, or -1.</returns>
    public static int Read(RpmemPool pool, byte[] buffer, long offset, int lane) =>
        Guarded(() => pool.Pool.Read(offset, buffer, lane));

    /// <summary>Closes the handle, which is of no use afterwards even when it returns -1. (rpmem_close)</summary>
    /// <param name="pool">The handle.</param>
    /// <returns>0, or -1.</returns>
    public static int Close(RpmemPool pool) => Guarded(pool.Pool.Close);

    /// <summary>Removes a pool. (rpmem_remove)</summary>
    /// <param name="target">Address of the target.</param>
    /// <param name="poolSetName">Name of the set file there.</param>
    /// <param name="flags">1 for force, 2 for the set file too.</param>
    /// <returns>0, or -1.</returns>
    public int Remove(string target, string poolSetName, int flags) => Guarded(() =>
    {
        const int Known = (int)(RemoteRemove.Force | RemoteRemove.PoolSet);
        ArgumentOutOfRangeException.ThrowIfNotEqual(flags & ~Known, 0, nameof(flags));
        RemotePool.Remove(transports(RpmemTarget.Parse(target)), poolSetName, (RemoteRemove)flags);
    });

    private RpmemPool? Begin(
        string target,
        PmemMap? pool,
        long poolBytes,
        ref uint lanes,
        Func<IReplicaTransport, PmemMap, RemotePoolOptions, RemotePool> open)
    {
        RpmemPool? opened = null;
        uint asked = lanes;
        int result = Guarded(() =>
        {
            ArgumentNullException.ThrowIfNull(pool);
            ArgumentOutOfRangeException.ThrowIfNegativeOrZero(poolBytes);
            ArgumentOutOfRangeException.ThrowIfZero(asked);
            ArgumentOutOfRangeException.ThrowIfNotEqual(pool.Address % Environment.SystemPageSize, 0, nameof(pool));
            const int MostLanes = 1024;
            RemotePoolOptions options = new() { PoolBytes = poolBytes, Lanes = (int)Math.Min(asked, MostLanes) };
            opened = new RpmemPool(open(transports(RpmemTarget.Parse(target)), pool, options));
        });
        if (result == 0)
        {
            lanes = (uint)opened!.Pool.LaneCount;
        }

        return opened;
    }

    private static int Guarded(Action call)
    {
        try
        {
            call();
            return 0;
        }
        catch (RemotePoolException e)
        {
            return Failed(e.Errno, e.Message);
        }
        catch (PmemFaultedException e)
        {
            return Failed(Errno.InputOutput, e.Message);
        }
        catch (Exception e) when (e is ArgumentException or FormatException or ObjectDisposedException)
        {
            return Failed(Errno.Invalid, e.Message);
        }
    }

    private static int Failed(int error, string message)
    {
        s_errno = error;
        s_message = message;
        return -1;
    }
}
