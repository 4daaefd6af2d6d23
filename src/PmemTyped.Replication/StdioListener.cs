using System.Net;
using System.Security.Cryptography.X509Certificates;
using PmemTyped.Replication.Frames;
using PmemTyped.Replication.Ssh;
using PmemTyped.Replication.Transports;

namespace PmemTyped.Replication;

/// <summary>
/// A target whose initiator started it, through ssh, and speaks to it over standard input and output (Design 0024). Connections
/// come over these, and where a port can be opened over TLS beside them, through <see cref="Lanes"/>. Threads: safe.
/// </summary>
public sealed class StdioListener : IReplicaListener
{
    private readonly Trunk _trunk;
    private readonly ReplicaIdentity? _identity;

    private StdioListener(Trunk trunk, IReplicaListener? lanes, ReplicaIdentity? identity)
    {
        _trunk = trunk;
        Lanes = lanes;
        _identity = identity;
    }

    /// <inheritdoc/>
    public string Name => "stdio";

    /// <summary>Gets where lanes are taken beside the trunk, for the same server; null where none are. Disposed with this too.</summary>
    public IReplicaListener? Lanes { get; }

    /// <summary>Gets a value indicating whether the initiator is gone.</summary>
    public bool IsEnded => _trunk.IsEnded;

    /// <summary>Exchanges greetings with the initiator.</summary>
    /// <param name="input">What the initiator sends.</param>
    /// <param name="output">What is sent to it; nothing else may write there.</param>
    /// <param name="identity">Who the initiator is, as ssh proved it; the grants are given to this name.</param>
    /// <param name="lanes">The address for lanes beside the trunk; null for none.</param>
    /// <exception cref="IOException">The initiator is gone, is somebody else, or speaks another version.</exception>
    public static StdioListener Begin(Stream input, Stream output, string identity, IPAddress? lanes)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(output);
        ArgumentNullException.ThrowIfNull(identity);
        byte[] line = TrunkHello.ReadLine(input)
            ?? throw new IOException("Nobody speaks on standard input. This command is started by an initiator, through ssh.");
        TrunkHello hello;
        try
        {
            hello = TrunkHello.Parse(line);
        }
        catch (FrameException e)
        {
            // The initiator judges our version by itself.
            Answer(output, new TrunkHello(null, null));
            throw new IOException(e.Message, e);
        }

        (IReplicaListener? beside, ReplicaIdentity? ours) = hello.Pin is { } pin && lanes is not null
            ? ListenBeside(lanes, pin, identity) : (null, null);
        Answer(output, beside is SocketListener { LocalEndPoint: { } place }
            ? new TrunkHello(ReplicaIdentity.PinOf(ours!.Certificate), place) : new TrunkHello(null, null));
        var trunk = new Trunk(input, output, identity, () => "The initiator closed the connection.");
        trunk.Start();
        return new StdioListener(trunk, beside, ours);
    }

    /// <inheritdoc/>
    public ReplicaConnection? Accept(int waitMs) => _trunk.Accept(waitMs);

    /// <inheritdoc/>
    public void Dispose()
    {
        Lanes?.Dispose();
        _trunk.Stop();
        _identity?.Dispose();
    }

    private static void Answer(Stream output, TrunkHello hello)
    {
        output.Write(hello.ToBytes());
        output.Flush();
    }

    // Without a port the trunk carries the lanes.
    private static (IReplicaListener? Listener, ReplicaIdentity? Ours) ListenBeside(IPAddress address, byte[] pin, string identity)
    {
        X509Certificate2 certificate = LaneCertificate.New();
        var ours = ReplicaIdentity.Pinned(certificate, pin);
        try
        {
            return (new SocketListener(
                new IPEndPoint(address, 0),
                "tls",
                path: null,
                s => new NamedConnection(new TlsConnection(new SocketConnection(s, identity), ours, target: null), identity)), ours);
        }
        catch (IOException)
        {
            ours.Dispose();
            return (null, null);
        }
    }
}
