using PmemTyped.Native;
using PmemTyped.Replication.Frames;
using PmemTyped.Replication.Layout;

namespace PmemTyped.Replication.Tests.Support;

/// <summary>What the network does with the bytes of the initiator, beside cutting them.</summary>
internal enum NetworkHabit
{
    Plain,

    /// <summary>Each frame of a lane arrives twice.</summary>
    Duplicates,

    /// <summary>What a lane sends arrives when the initiator waits for an answer there, so that lanes overtake each other.</summary>
    Delays,
}

/// <summary>
/// A network whose faults are decided beforehand, by counts of bytes: with one thread that sends, a run is the same each time.
/// Counting begins when it is armed.
/// </summary>
internal sealed class SimulatedNetwork(IReplicaTransport inner, NetworkHabit habit) : IReplicaTransport
{
    private readonly NetworkHabit _habit = habit;
    private readonly List<SimulatedConnection> _connections = [];
    private readonly Lock _lock = new();
    private bool _isArmed;
    private long _sent;
    private long _received;

    public string Name => inner.Name;

    /// <summary>Gets or sets the number of sent bytes after which there is a cut, once; -1 for none.</summary>
    internal long CutAfterSent { get; set; } = -1;

    /// <summary>Gets or sets the number of received bytes after which there is a cut, once; -1 for none.</summary>
    internal long CutAfterReceived { get; set; } = -1;

    /// <summary>Gets or sets a value indicating whether a cut ends all connections, and not only that which it falls on.</summary>
    internal bool CutsAll { get; set; }

    /// <summary>Gets or sets a value indicating whether nobody can be reached after a cut.</summary>
    internal bool StaysDown { get; set; }

    internal bool WasCut { get; private set; }

    /// <summary>Gets where headers and frames end, in bytes that were sent.</summary>
    internal List<long> Boundaries { get; } = [];

    /// <summary>Gets where reads of the initiator ended, in bytes that were received.</summary>
    internal List<long> Arrivals { get; } = [];

    internal void Arm() => _isArmed = true;

    internal void Disarm() => _isArmed = false;

    internal void Heal() => StaysDown = false;

    public ReplicaConnection Connect(in ReplicaDeadline deadline)
    {
        if (StaysDown && WasCut)
        {
            throw new IOException("the network is down");
        }

        var connection = new SimulatedConnection(this, inner.Connect(in deadline));
        lock (_lock)
        {
            _connections.Add(connection);
        }

        return connection;
    }

    private void Cut(SimulatedConnection at)
    {
        WasCut = true;
        SimulatedConnection[] cut;
        lock (_lock)
        {
            cut = CutsAll ? [.. _connections] : [at];
        }

        Array.ForEach(cut, c => c.Abort());
    }

    private sealed class SimulatedConnection(SimulatedNetwork network, ReplicaConnection connection) : ReplicaConnection
    {
        private readonly List<byte> _frame = [];
        private readonly List<byte> _held = [];
        private long _seen;
        private volatile bool _isAborted;

        public override string PeerIdentity => connection.PeerIdentity;

        public override bool ProtectsPayload => connection.ProtectsPayload;

        public override void Handshake(in ReplicaDeadline deadline) => connection.Handshake(in deadline);

        public override int Receive(Span<byte> buffer, in ReplicaDeadline deadline)
        {
            if (_isAborted)
            {
                return 0;
            }

            Release(in deadline);
            int received = connection.Receive(buffer, in deadline);
            if (!network._isArmed)
            {
                return received;
            }

            long left = network.CutAfterReceived - network._received;
            network._received += received;
            network.Arrivals.Add(network._received);
            if (network.WasCut || network.CutAfterReceived < 0 || left >= received)
            {
                return received;
            }

            network.Cut(this);
            return left > 0 ? (int)left : throw new IOException("cut");
        }

        public override void Send(ReadOnlySpan<byte> bytes, in ReplicaDeadline deadline)
        {
            if (_isAborted)
            {
                throw new IOException("cut");
            }

            bool isCut = false;
            if (network._isArmed)
            {
                Note(bytes);
                long left = network.CutAfterSent - network._sent;
                network._sent += bytes.Length;
                isCut = !network.WasCut && network.CutAfterSent >= 0 && left < bytes.Length;
                bytes = isCut ? bytes[..(int)left] : bytes;
            }

            Pass(bytes, in deadline);
            if (isCut)
            {
                network.Cut(this);
                throw new IOException("cut");
            }
        }

        public override void Abort()
        {
            _isAborted = true;
            connection.Abort();
        }

        protected override void Dispose(bool disposing)
        {
            base.Dispose(disposing);
            connection.Dispose();
        }

        private void Pass(ReadOnlySpan<byte> bytes, in ReplicaDeadline deadline)
        {
            if (network._habit == NetworkHabit.Plain)
            {
                connection.Send(bytes, in deadline);
                return;
            }

            _frame.AddRange(bytes);
            while (TryTakeFrame(out byte[] frame, out FrameHeaderLayout header))
            {
                bool isData = header.Lane != FrameHeaders.ControlLane;
                if (isData && network._habit == NetworkHabit.Delays)
                {
                    _held.AddRange(frame);
                    continue;
                }

                connection.Send(frame, in deadline);
                if (isData)
                {
                    connection.Send(frame, in deadline);
                }
            }
        }

        private void Release(in ReplicaDeadline deadline)
        {
            if (_held.Count > 0 && !_isAborted)
            {
                connection.Send(_held.ToArray(), in deadline);
                _held.Clear();
            }
        }

        private bool TryTakeFrame(out byte[] frame, out FrameHeaderLayout header)
        {
            frame = [];
            header = default;
            if (_frame.Count < FrameHeaderLayout.SizeBytes)
            {
                return false;
            }

            header = Blittable.Read<FrameHeaderLayout>(_frame.GetRange(0, FrameHeaderLayout.SizeBytes).ToArray());
            int length = FrameHeaderLayout.SizeBytes + (int)header.PayloadBytes;
            if (_frame.Count < length)
            {
                return false;
            }

            frame = [.. _frame.GetRange(0, length)];
            _frame.RemoveRange(0, length);
            return true;
        }

        // Frames begin where sends do, and a large payload is a send of its own.
        private void Note(ReadOnlySpan<byte> bytes)
        {
            for (int at = (int)Math.Min(_seen, bytes.Length); at < bytes.Length;)
            {
                FrameHeaderLayout header = Blittable.Read<FrameHeaderLayout>(bytes[at..]);
                network.Boundaries.Add(network._sent + at + FrameHeaderLayout.SizeBytes);
                at += FrameHeaderLayout.SizeBytes + (int)header.PayloadBytes;
                network.Boundaries.Add(network._sent + at);
                _seen = Math.Max(0, at - bytes.Length) + bytes.Length;
            }

            _seen = Math.Max(0, _seen - bytes.Length);
        }
    }
}
