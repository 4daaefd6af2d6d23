using PmemTyped.Mapping;
using PmemTyped.Replication.Frames;
using PmemTyped.Replication.Initiator;
using PmemTyped.Replication.Layout;

namespace PmemTyped.Replication;

/// <content>The ways to a remote pool, and what needs none.</content>
public sealed partial class RemotePool
{
    /// <summary>
    /// Creates the pool of a set file of the target. When anything fails, files that were made are gone again. Replicated on
    /// return, with content of zero. (rpmem_create)
    /// </summary>
    /// <param name="transport">How the target is reached.</param>
    /// <param name="name">Name of the set file there, a relative path.</param>
    /// <param name="local">The memory that is copied; stays undisposed as long as the pool is open.</param>
    /// <param name="attributes">What its headers say; all zero for a pool without headers (NOHDRS).</param>
    /// <param name="options">Null for the defaults.</param>
    /// <exception cref="ArgumentException">The window is no multiple of 4096 bytes, or no lanes are asked for.</exception>
    /// <exception cref="RemotePoolException">The target refused, or is not reached; the stage and the errno say why.</exception>
    public static RemotePool Create(
        IReplicaTransport transport,
        string name,
        PmemMap local,
        in RemotePoolAttributes attributes,
        RemotePoolOptions? options = null) =>
        Begin(ControlOperation.Create, transport, name, local, attributes, options, CancellationToken.None);

    /// <summary>Opens a pool of the target, which nobody else has open then. (rpmem_open)</summary>
    /// <inheritdoc cref="Create(IReplicaTransport, string, PmemMap, in RemotePoolAttributes, RemotePoolOptions?)" path="/param|/exception"/>
    public static RemotePool Open(IReplicaTransport transport, string name, PmemMap local, RemotePoolOptions? options = null) =>
        Begin(ControlOperation.Open, transport, name, local, attributes: null, options, CancellationToken.None);

    /// <summary>Removes a pool of the target, unless somebody has it open. (rpmem_remove)</summary>
    /// <param name="transport">How the target is reached.</param>
    /// <param name="name">Name of the set file there, a relative path.</param>
    /// <param name="what">What goes, and what may be missing.</param>
    /// <param name="options">Null for the defaults.</param>
    /// <exception cref="ArgumentOutOfRangeException">An unknown flag; the target is not asked.</exception>
    /// <exception cref="RemotePoolException">EBUSY: it is open. ENOENT: parts are missing; the others are gone. Others as told.</exception>
    public static void Remove(
        IReplicaTransport transport, string name, RemoteRemove what = RemoteRemove.None, RemotePoolOptions? options = null) =>
        Remove(transport, name, what, options, CancellationToken.None);

    /// <summary>Asks what a pool of the target is like, without opening it.</summary>
    /// <inheritdoc cref="Remove(IReplicaTransport, string, RemoteRemove, RemotePoolOptions?)" path="/param"/>
    /// <exception cref="RemotePoolException">There is none, or the target is not reached.</exception>
    public static RemotePoolStat Stat(IReplicaTransport transport, string name, RemotePoolOptions? options = null) =>
        Stat(transport, name, options, CancellationToken.None);

    /// <summary>As <see cref="Create(IReplicaTransport, string, PmemMap, in RemotePoolAttributes, RemotePoolOptions?)"/>.</summary>
    /// <param name="address">An address as <see cref="ReplicaTransports.To"/> takes it; "user@host" by ssh. Not TLS, which needs an identity.</param>
    /// <param name="name">Name of the set file there, a relative path.</param>
    /// <param name="local">The memory that is copied; stays undisposed as long as the pool is open.</param>
    /// <param name="attributes">What its headers say; all zero for a pool without headers (NOHDRS).</param>
    /// <param name="options">Null for the defaults.</param>
    /// <exception cref="FormatException">It is no address.</exception>
    /// <inheritdoc cref="Create(IReplicaTransport, string, PmemMap, in RemotePoolAttributes, RemotePoolOptions?)" path="/exception"/>
    public static RemotePool Create(
        string address, string name, PmemMap local, in RemotePoolAttributes attributes, RemotePoolOptions? options = null) =>
        Create(ReplicaTransports.To(address), name, local, in attributes, options);

    /// <summary>As <see cref="Open(IReplicaTransport, string, PmemMap, RemotePoolOptions?)"/>.</summary>
    /// <param name="address">An address as <see cref="ReplicaTransports.To"/> takes it; "user@host" by ssh. Not TLS, which needs an identity.</param>
    /// <param name="name">Name of the set file there, a relative path.</param>
    /// <param name="local">The memory that is copied; stays undisposed as long as the pool is open.</param>
    /// <param name="options">Null for the defaults.</param>
    /// <exception cref="FormatException">It is no address.</exception>
    /// <inheritdoc cref="Create(IReplicaTransport, string, PmemMap, in RemotePoolAttributes, RemotePoolOptions?)" path="/exception"/>
    public static RemotePool Open(string address, string name, PmemMap local, RemotePoolOptions? options = null) =>
        Open(ReplicaTransports.To(address), name, local, options);

    private static RemotePool Begin(
        ControlOperation operation,
        IReplicaTransport transport,
        string name,
        PmemMap local,
        RemotePoolAttributes? attributes,
        RemotePoolOptions? options,
        CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(transport);
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(local);
        options ??= new RemotePoolOptions();
        long bytes = options.PoolBytes == 0 ? local.LengthBytes : options.PoolBytes;
        if (bytes <= 0 || bytes % HeaderBytes != 0 || bytes > local.LengthBytes)
        {
            throw new ArgumentException(FormattableString.Invariant(
                $"A window of {bytes} bytes on a map of {local.LengthBytes} cannot be copied. It has whole pages of {HeaderBytes} bytes and lies in the map."),
                nameof(local));
        }

        if (options.Lanes is <= 0 or >= FrameHeaders.ControlLane)
        {
            throw new ArgumentOutOfRangeException(
                nameof(options), FormattableString.Invariant($"{options.Lanes} lanes cannot be asked for. Ask for one at least."));
        }

        if (options.HeartbeatInterval <= TimeSpan.Zero)
        {
            throw new ArgumentOutOfRangeException(
                nameof(options), "Signs of life come at intervals. Give one that is longer than zero.");
        }

        ControlRequestLayout request = new() { PoolBytes = bytes, Lanes = (uint)options.Lanes };
        RemoteSession session = RemoteSession.Begin(
            transport, operation, new ControlMessage(request, attributes, name), local, options, cancellation, out RemotePoolAttributes stored);
        return new RemotePool(session, local, options, stored);
    }

    private static void Remove(
        IReplicaTransport transport, string name, RemoteRemove what, RemotePoolOptions? options, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(transport);
        ArgumentNullException.ThrowIfNull(name);
        if ((what & ~(RemoteRemove.Force | RemoteRemove.PoolSet)) != 0)
        {
            throw new ArgumentOutOfRangeException(
                nameof(what), FormattableString.Invariant($"0x{(int)what:X} has bits that are no flag of a removal."));
        }

        ControlRequestLayout request = new()
        {
            Options = (uint)(((what & RemoteRemove.Force) != 0 ? ControlOptions.Force : ControlOptions.None)
                | ((what & RemoteRemove.PoolSet) != 0 ? ControlOptions.SetFile : ControlOptions.None)),
        };
        _ = RemoteSession.AskOnce(
            transport, ControlOperation.Remove, new ControlMessage(request, null, name), RemoteStage.Remove, options, cancellation);
    }

    private static RemotePoolStat Stat(
        IReplicaTransport transport, string name, RemotePoolOptions? options, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(transport);
        ArgumentNullException.ThrowIfNull(name);
        ControlAnswer answer = RemoteSession.AskOnce(
            transport, ControlOperation.Stat, new ControlMessage(default, null, name), RemoteStage.Stat, options, cancellation);
        var flags = (PoolFlags)answer.Fixed.Options;
        return new RemotePoolStat(
            answer.Fixed.PoolBytes,
            (flags & PoolFlags.HasHeaders) != 0,
            (flags & PoolFlags.SingleHeader) != 0,
            (flags & PoolFlags.IsOpen) != 0,
            answer.Attributes);
    }
}
