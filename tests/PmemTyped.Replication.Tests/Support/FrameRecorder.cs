using PmemTyped.Native;
using PmemTyped.Replication.Frames;
using PmemTyped.Replication.Layout;

namespace PmemTyped.Replication.Tests.Support;

/// <summary>A transport that keeps every frame that is sent on a lane, in its order; a target stores them in the same order.</summary>
internal sealed class FrameRecorder(IReplicaTransport inner) : IReplicaTransport
{
    private readonly List<(FrameHeaderLayout Header, byte[] Payload)> _frames = [];

    public string Name => inner.Name;

    /// <summary>Gets what was sent so far, without what belongs to the control connection and to joining.</summary>
    internal IReadOnlyList<(FrameHeaderLayout Header, byte[] Payload)> Frames
    {
        get
        {
            lock (_frames)
            {
                return [.. _frames];
            }
        }
    }

    internal int Count => Frames.Count;

    /// <summary>Gets the frames that ask for a drain.</summary>
    internal int Drains => Frames.Count(f => f.Header.Kind is FrameKind.Drain or FrameKind.DeepDrain
        || ((FrameFlags)f.Header.Flags & FrameFlags.Drain) != 0);

    public ReplicaConnection Connect(in ReplicaDeadline deadline) => new Recorded(this, inner.Connect(in deadline));

    private void Keep(FrameHeaderLayout header, byte[] payload)
    {
        if (header.Kind is not (FrameKind.Control or FrameKind.Ping))
        {
            lock (_frames)
            {
                _frames.Add((header, payload));
            }
        }
    }

    private sealed class Recorded(FrameRecorder owner, ReplicaConnection connection) : ReplicaConnection
    {
        private readonly List<byte> _pending = [];

        public override string PeerIdentity => connection.PeerIdentity;

        public override bool ProtectsPayload => connection.ProtectsPayload;

        public override void Handshake(in ReplicaDeadline deadline) => connection.Handshake(in deadline);

        public override int Receive(Span<byte> buffer, in ReplicaDeadline deadline) => connection.Receive(buffer, in deadline);

        public override void Send(ReadOnlySpan<byte> bytes, in ReplicaDeadline deadline)
        {
            _pending.AddRange(bytes);
            Cut();
            connection.Send(bytes, in deadline);
        }

        public override void Abort() => connection.Abort();

        protected override void Dispose(bool disposing)
        {
            base.Dispose(disposing);
            connection.Dispose();
        }

        private void Cut()
        {
            while (_pending.Count >= FrameHeaderLayout.SizeBytes)
            {
                byte[] all = [.. _pending];
                FrameHeaderLayout header = Blittable.Read<FrameHeaderLayout>(all);
                int end = FrameHeaderLayout.SizeBytes + (int)header.PayloadBytes;
                if (all.Length < end)
                {
                    return;
                }

                owner.Keep(header, all[FrameHeaderLayout.SizeBytes..end]);
                _pending.RemoveRange(0, end);
            }
        }
    }
}
