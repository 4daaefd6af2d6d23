using PmemTyped.Mapping;
using PmemTyped.Replication.Frames;

namespace PmemTyped.Replication;

/// <content>
/// Twins of the calls that wait: the same on a thread of the pool, because blocking calls are several times faster than
/// asynchronous ones. Cancelling ends the waiting, not what is under way: a range may arrive all the same, and the handle stays
/// usable.
/// </content>
public sealed partial class RemotePool
{
    /// <inheritdoc cref="Create(IReplicaTransport, string, PmemMap, in RemotePoolAttributes, RemotePoolOptions?)"/>
    /// <param name="transport">How the target is reached.</param>
    /// <param name="name">Name of the set file there, a relative path.</param>
    /// <param name="local">The memory that is copied.</param>
    /// <param name="attributes">What its headers say.</param>
    /// <param name="options">Null for the defaults.</param>
    /// <param name="cancellation">Ends the waiting.</param>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static Task<RemotePool> CreateAsync(
        IReplicaTransport transport,
        string name,
        PmemMap local,
        RemotePoolAttributes attributes,
        RemotePoolOptions? options = null,
        CancellationToken cancellation = default) => Task.Run(
            () => Begin(ControlOperation.Create, transport, name, local, attributes, options, cancellation), cancellation);

    /// <inheritdoc cref="Open(IReplicaTransport, string, PmemMap, RemotePoolOptions?)"/>
    /// <param name="transport">How the target is reached.</param>
    /// <param name="name">Name of the set file there, a relative path.</param>
    /// <param name="local">The memory that is copied.</param>
    /// <param name="options">Null for the defaults.</param>
    /// <param name="cancellation">Ends the waiting.</param>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static Task<RemotePool> OpenAsync(
        IReplicaTransport transport,
        string name,
        PmemMap local,
        RemotePoolOptions? options = null,
        CancellationToken cancellation = default) => Task.Run(
            () => Begin(ControlOperation.Open, transport, name, local, attributes: null, options, cancellation), cancellation);

    /// <inheritdoc cref="Remove(IReplicaTransport, string, RemoteRemove, RemotePoolOptions?)"/>
    /// <param name="transport">How the target is reached.</param>
    /// <param name="name">Name of the set file there, a relative path.</param>
    /// <param name="what">What goes, and what may be missing.</param>
    /// <param name="options">Null for the defaults.</param>
    /// <param name="cancellation">Ends the waiting.</param>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static Task RemoveAsync(
        IReplicaTransport transport,
        string name,
        RemoteRemove what = RemoteRemove.None,
        RemotePoolOptions? options = null,
        CancellationToken cancellation = default) =>
        Task.Run(() => Remove(transport, name, what, options, cancellation), cancellation);

    /// <inheritdoc cref="Stat(IReplicaTransport, string, RemotePoolOptions?)"/>
    /// <param name="transport">How the target is reached.</param>
    /// <param name="name">Name of the set file there, a relative path.</param>
    /// <param name="options">Null for the defaults.</param>
    /// <param name="cancellation">Ends the waiting.</param>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static Task<RemotePoolStat> StatAsync(
        IReplicaTransport transport, string name, RemotePoolOptions? options = null, CancellationToken cancellation = default) =>
        Task.Run(() => Stat(transport, name, options, cancellation), cancellation);

    /// <inheritdoc cref="Persist(long, long, int, RemotePersist)"/>
    /// <param name="offset">First byte.</param>
    /// <param name="lengthBytes">Number of bytes.</param>
    /// <param name="lane">Number of the lane, from 0.</param>
    /// <param name="how">Whether words stay whole.</param>
    /// <param name="cancellation">Ends the waiting.</param>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public Task PersistAsync(
        long offset, long lengthBytes, int lane = 0, RemotePersist how = RemotePersist.None, CancellationToken cancellation = default) =>
        Task.Run(() => Persist(offset, lengthBytes, lane, how, cancellation), cancellation);

    /// <inheritdoc cref="DeepPersist(long, long, int)"/>
    /// <param name="offset">First byte.</param>
    /// <param name="lengthBytes">Number of bytes.</param>
    /// <param name="lane">Number of the lane, from 0.</param>
    /// <param name="cancellation">Ends the waiting.</param>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public Task DeepPersistAsync(long offset, long lengthBytes, int lane = 0, CancellationToken cancellation = default) =>
        Task.Run(() => DeepPersist(offset, lengthBytes, lane, cancellation), cancellation);

    /// <inheritdoc cref="Flush(long, long, int, RemotePersist)"/>
    /// <param name="offset">First byte.</param>
    /// <param name="lengthBytes">Number of bytes.</param>
    /// <param name="lane">Number of the lane, from 0.</param>
    /// <param name="how">Whether words stay whole.</param>
    /// <param name="cancellation">Ends the waiting.</param>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public Task FlushAsync(
        long offset, long lengthBytes, int lane = 0, RemotePersist how = RemotePersist.None, CancellationToken cancellation = default) =>
        Task.Run(() => Flush(offset, lengthBytes, lane, how, cancellation), cancellation);

    /// <inheritdoc cref="Drain(int)"/>
    /// <param name="lane">Number of the lane, from 0.</param>
    /// <param name="cancellation">Ends the waiting.</param>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public Task DrainAsync(int lane = 0, CancellationToken cancellation = default) =>
        Task.Run(() => Drain(lane, cancellation), cancellation);

    /// <inheritdoc cref="Read"/>
    /// <param name="offset">First byte.</param>
    /// <param name="destination">Receives as many bytes as it is long; written to even after it was cancelled.</param>
    /// <param name="lane">Number of the lane, from 0.</param>
    /// <param name="cancellation">Ends it before it begins; reading takes no longer than the operation timeout.</param>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public Task ReadAsync(long offset, Memory<byte> destination, int lane = 0, CancellationToken cancellation = default) =>
        Task.Run(() => Read(offset, destination.Span, lane), cancellation);

    /// <inheritdoc cref="SetAttributes(in RemotePoolAttributes)"/>
    /// <param name="attributes">The attributes, taken as they are.</param>
    /// <param name="cancellation">Ends the waiting.</param>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public Task SetAttributesAsync(RemotePoolAttributes attributes, CancellationToken cancellation = default) =>
        Task.Run(() => SetAttributes(attributes, cancellation), cancellation);

    /// <inheritdoc cref="Verify(int)"/>
    /// <param name="lane">Number of the lane, from 0.</param>
    /// <param name="cancellation">Ends the waiting.</param>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public Task<IReadOnlyList<RemoteDifference>> VerifyAsync(int lane = 0, CancellationToken cancellation = default) =>
        Task.Run<IReadOnlyList<RemoteDifference>>(() => Verify(lane, cancellation), cancellation);

    /// <inheritdoc cref="Close"/>
    public Task CloseAsync() => Task.Run(Close);

    /// <inheritdoc cref="Dispose"/>
    public ValueTask DisposeAsync() => new(Task.Run(Dispose));
}
