using PmemTyped.Mapping;
using PmemTyped.Native.Linux;
using PmemTyped.Replication.Frames;
using PmemTyped.Replication.Layout;

namespace PmemTyped.Replication.Initiator;

/// <summary>
/// The connections of one open pool, and whether they live. The first failure that is not the caller's ends all of them and
/// wakes everyone who waits. Threads: safe.
/// </summary>
internal sealed partial class RemoteSession
{
    private const int MissedHeartbeats = 3;

    private readonly Lock _lock = new();
    private readonly IReplicaTransport _transport;
    private readonly RemotePoolOptions _options;
    private readonly RemoteLane?[] _lanes;
    private readonly PmemMap _local;
    private readonly ControlAnswer _granted;
    private readonly object _closing = new();
    private readonly Thread _heart;
    private RemoteControl _control;
    private RemotePoolException? _failure;
    private volatile bool _isClosed;
    private volatile bool _isEnding;

    private RemoteSession(
        IReplicaTransport transport, RemoteControl control, ControlAnswer granted, long windowBytes, PmemMap local, RemotePoolOptions options)
    {
        _transport = transport;
        _control = control;
        _granted = granted;
        _local = local;
        _options = options;
        _lanes = new RemoteLane?[granted.Fixed.Lanes];
        WindowBytes = windowBytes;
        _heart = new Thread(Beat) { IsBackground = true, Name = "replica heartbeat" };
    }

    internal string Name => _transport.Name;

    internal int LaneCount => _lanes.Length;

    internal long WindowBytes { get; }

    internal long LimitBytes => _granted.Fixed.PoolBytes;

    internal ulong Epoch => _granted.Epoch;

    internal bool HasHeaders => ((PoolFlags)_granted.Fixed.Options & PoolFlags.HasHeaders) != 0;

    internal int FrameBytes => (int)_granted.Fixed.FrameBytes;

    internal ReplicaDurability Durability => (ReplicaDurability)_granted.Fixed.Durability;

    internal RemotePoolException? Failure => Volatile.Read(ref _failure);

    /// <summary>Whether an exception is for <see cref="Explain"/>; a cancellation is the caller's.</summary>
    internal static bool IsFailure(Exception e) => e is FrameException or IOException or TimeoutException;

    /// <summary>
    /// Turns a failure into what the caller gets. A refused range leaves the handle alone; anything else ends it, and the first
    /// reason stays.
    /// </summary>
    internal RemotePoolException Explain(Exception e, RemoteStage stage)
    {
        if (Failure is { } earlier)
        {
            return earlier;
        }

        int error = ErrorOf(e);
        bool isRefusal = e is FrameException && error is Errno.Invalid or Errno.NotSupported or Errno.Access or RemoteErrno.Busy;
        var failure = new RemotePoolException(error, stage, _transport.Name, !isRefusal, ReasonOf(e), e);
        return isRefusal ? failure : Fail(failure);
    }

    internal void ThrowIfUnusable()
    {
        ObjectDisposedException.ThrowIf(_isClosed, typeof(RemotePool));
        if (Failure is { } failure)
        {
            throw failure;
        }
    }

    /// <summary>The lane, connected when it is used first.</summary>
    internal RemoteLane LaneAt(int number, CancellationToken cancellation)
    {
        if (Volatile.Read(ref _lanes[number]) is { } lane)
        {
            return lane;
        }

        try
        {
            return Join(number, _options.ToAsk(cancellation));
        }
        catch (Exception e) when (IsFailure(e))
        {
            // A lane that cannot be had, for want of descriptors for example, does not spoil the others.
            throw Failure ?? new RemotePoolException(ErrorOf(e), RemoteStage.Lane, _transport.Name, isFatal: false, ReasonOf(e), e);
        }
    }

    internal void Close()
    {
        lock (_lock)
        {
            if (_isClosed)
            {
                return;
            }

            _isClosed = true;
        }

        try
        {
            if (Failure is { } failure)
            {
                throw failure;
            }

            ReplicaDeadline deadline = _options.ToOperate(CancellationToken.None);
            foreach (RemoteLane lane in _lanes.OfType<RemoteLane>())
            {
                lane.WaitDurable(lane.Drain(in deadline), in deadline);
            }

            _ = Ask(
                ControlOperation.Close, new ControlMessage(default, null, string.Empty), _options.ToAsk(CancellationToken.None));
        }
        catch (Exception e) when (IsFailure(e))
        {
            throw Explain(e, RemoteStage.Close);
        }
        finally
        {
            Free();
        }
    }

    private static int ErrorOf(Exception e) => e switch
    {
        FrameException refused => refused.Error,
        ReplicaHostException => RemoteErrno.NoMedium,
        TimeoutException => RemoteErrno.TimedOut,
        _ => RemoteErrno.ConnectionReset,
    };

    private static string ReasonOf(Exception e) => e.Message.TrimEnd('.');

    private RemoteLane Join(int number, in ReplicaDeadline deadline)
    {
        lock (_lock)
        {
            if (_lanes[number] is { } lane)
            {
                return lane;
            }

            ObjectDisposedException.ThrowIf(_isClosed, typeof(RemotePool));
            LaneWindow window = new(
                (ushort)number, _granted.Epoch, _granted.Fixed.WindowBytes, _granted.Fixed.WindowFrames, FrameBytes);
            lane = new RemoteLane(this, ConnectLane(number, in deadline), window, _local);
            Volatile.Write(ref _lanes[number], lane);
            if (Failure is not null)
            {
                lane.Abort();
            }

            return lane;
        }
    }

    private RemotePoolException Fail(RemotePoolException failure)
    {
        RemotePoolException first = Interlocked.CompareExchange(ref _failure, failure, null) ?? failure;
        Volatile.Read(ref _control).Abort();
        for (int i = 0; i < _lanes.Length; i++)
        {
            Volatile.Read(ref _lanes[i])?.Abort();
        }

        return first;
    }

    // The limit counts from the last answer, so that a freeze right after one is noticed as soon as any other.
    private void Beat()
    {
        TimeSpan patience = MissedHeartbeats * _options.HeartbeatInterval;
        ReplicaDeadline deadline = ReplicaDeadline.After(patience);
        while (!IsClosingAfter(_options.HeartbeatInterval))
        {
            RemoteControl control = Volatile.Read(ref _control);
            try
            {
                try
                {
                    control.Ping(in deadline);
                }
                catch (IOException lost)
                {
                    Mend(lost, ReplicaDeadline.Never, limit => ResumeControl(control, in limit));
                }

                deadline = ReplicaDeadline.After(patience);
            }
            catch (FrameException e) when (e.Error == RemoteErrno.Stale)
            {
                _ = Explain(e, RemoteStage.Heartbeat);
                return;
            }
            catch (Exception e) when (IsFailure(e))
            {
                if (!_isEnding)
                {
                    _ = Fail(new RemotePoolException(
                        RemoteErrno.ConnectionReset, RemoteStage.Heartbeat, _transport.Name, isFatal: true, "The target does not answer", e));
                }

                return;
            }
        }
    }

    private bool IsClosingAfter(TimeSpan time)
    {
        lock (_closing)
        {
            return _isEnding || Monitor.Wait(_closing, time) || _isEnding;
        }
    }

    // The target is asked for signs of life until the very end, so that closing cannot hang either.
    private void Free()
    {
        lock (_closing)
        {
            _isEnding = true;
            Monitor.PulseAll(_closing);
        }

        Volatile.Read(ref _control).Abort();
        foreach (RemoteLane lane in _lanes.OfType<RemoteLane>())
        {
            lane.Release();
        }

        if (_heart.IsAlive)
        {
            _heart.Join();
        }

        lock (_resuming)
        {
            _control.Release();
        }
    }
}
