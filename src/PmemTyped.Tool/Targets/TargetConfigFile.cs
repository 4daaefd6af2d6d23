using System.Net;
using System.Net.Sockets;
using PmemTyped.Replication;

namespace PmemTyped.Tool.Targets;

/// <summary>A configuration that was read, and what becomes of it. Nothing is opened before all of it makes sense.</summary>
internal sealed class TargetConfigFile
{
    private readonly string _path;
    private readonly string _directory;
    private readonly TargetConfig _config;

    private TargetConfigFile(string path, TargetConfig config)
    {
        _path = path;
        _directory = Path.GetDirectoryName(Path.GetFullPath(path))!;
        _config = config;
    }

    /// <summary>Reads and checks a file.</summary>
    /// <exception cref="TargetConfigException">It is not understood, or makes no sense.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    internal static TargetConfigFile Load(string path)
    {
        var file = new TargetConfigFile(path, TargetConfigJson.Read(File.ReadAllText(path), path));
        foreach (TargetPlace place in file._config.Listen)
        {
            file.Require(place);
        }

        return file;
    }

    /// <summary>What a target without a configuration offers: the pools of the home directory to whoever ssh let in.</summary>
    internal static ReplicaServerOptions OfHome(string identity, Action<ReplicaAudit> audit) => new()
    {
        PoolSetDirectory = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile),
        Grants = [new ReplicaGrant(identity, string.Empty, ReplicaRights.All)],
        Audit = audit,
    };

    /// <summary>What the server is made of.</summary>
    internal ReplicaServerOptions Options(Action<ReplicaAudit> audit)
    {
        TargetLimits limits = _config.Limits;
        var defaults = new ReplicaServerOptions { PoolSetDirectory = Absolute(_config.Pools) };
        return defaults with
        {
            PartDirectories = [.. _config.Parts.Select(Absolute)],
            Grants = [.. _config.Rights.Select(GrantOf)],
            Audit = audit,
            MaxSessions = limits.Sessions ?? defaults.MaxSessions,
            MaxLanes = limits.Lanes ?? defaults.MaxLanes,
            MaxPending = limits.Pending ?? defaults.MaxPending,
            MaxFrameBytes = limits.FrameBytes ?? defaults.MaxFrameBytes,
            WindowBytes = limits.WindowBytes ?? defaults.WindowBytes,
            WindowFrames = limits.WindowFrames ?? defaults.WindowFrames,
            HandshakeTimeout = Time(limits.HandshakeMs, "handshakeMs") ?? defaults.HandshakeTimeout,
            SessionTimeout = Time(limits.SessionMs, "sessionMs") ?? defaults.SessionTimeout,
            StopTimeout = Time(limits.StopMs, "stopMs") ?? defaults.StopTimeout,
        };
    }

    /// <summary>The identity for TLS, or null where no place needs one.</summary>
    internal ReplicaIdentity? LoadIdentity() => _config.Listen.Any(p => p.Transport == TargetTransport.Tls)
        ? ReplicaIdentity.Load(Absolute(_config.Identity!))
        : null;

    /// <summary>Begins to listen at all places; when one cannot be had, none is.</summary>
    internal IReadOnlyList<IReplicaListener> Listen(ReplicaIdentity? identity)
    {
        if (_config.Listen.Count == 0)
        {
            throw Wrong("nobody can reach a target without a place in 'listen'");
        }

        List<IReplicaListener> listeners = [];
        try
        {
            foreach (TargetPlace place in _config.Listen)
            {
                listeners.Add(ListenAt(place, identity));
            }

            return listeners;
        }
        catch
        {
            listeners.ForEach(l => l.Dispose());
            throw;
        }
    }

    private static ReplicaGrant GrantOf(TargetRight right) =>
        new(right.Identity, right.Pools, right.May.Aggregate(ReplicaRights.None, (all, one) => all | one))
        {
            MaxPools = right.MaxPools ?? int.MaxValue,
            MaxBytes = right.MaxBytes ?? long.MaxValue,
        };

    private IReplicaListener ListenAt(TargetPlace place, ReplicaIdentity? identity)
    {
        if (place.Transport == TargetTransport.Unix)
        {
            string path = Absolute(place.Path!);
            RemoveStale(path);
            return ReplicaTransports.ListenUnix(path);
        }

        IPEndPoint at = EndPoint(place.Address!)!;
        return place.Transport == TargetTransport.Tls
            ? ReplicaTransports.ListenTls(at, identity!)
            : ReplicaTransports.ListenTcp(at, place.Trusted);
    }

    private void Require(TargetPlace place)
    {
        bool isUnix = place.Transport == TargetTransport.Unix;
        if (isUnix ? place.Path is null || place.Address is not null : place.Address is null || place.Path is not null)
        {
            throw Wrong($"a place of {(isUnix ? "unix has a 'path' and no 'address'" : "tcp or tls has an 'address' and no 'path'")}");
        }

        if (place.Trusted && place.Transport != TargetTransport.Tcp)
        {
            throw Wrong("'trusted' is for tcp alone, which proves nothing by itself");
        }

        if (place.Address is { } address && EndPoint(address) is null)
        {
            throw Wrong($"'{address}' is no address; write 192.0.2.7:7636 or [2001:db8::7]:7636");
        }

        if (place.Transport == TargetTransport.Tcp && !place.Trusted && !IPAddress.IsLoopback(EndPoint(place.Address!)!.Address))
        {
            throw Wrong($"plain TCP at {place.Address} would let anybody in; use tls, or set 'trusted' where the network is protected");
        }

        if (place.Transport == TargetTransport.Tls && _config.Identity is null)
        {
            throw Wrong("tls needs 'identity', the directory that 'pmt target init' made");
        }
    }

    // An address without a port has the usual one; port 0 is one of the kernel's choice.
    private static IPEndPoint? EndPoint(string text) =>
        IPAddress.TryParse(text, out IPAddress? address) ? new IPEndPoint(address, ReplicaTransports.DefaultPort)
        : IPEndPoint.TryParse(text, out IPEndPoint? place) ? place
        : null;

    // A target that was killed leaves its socket; a living one answers.
    private static void RemoveStale(string path)
    {
        if (!File.Exists(path))
        {
            return;
        }

        using var probe = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            probe.Connect(new UnixDomainSocketEndPoint(path));
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.ConnectionRefused
            && new FileInfo(path) is { Length: 0, LinkTarget: null })
        {
            File.Delete(path);
        }
        catch (SocketException)
        {
            // Whatever it is, listening there will say so.
        }
    }

    private string Absolute(string path) => Path.GetFullPath(path, _directory);

    private TimeSpan? Time(int? milliseconds, string name) => milliseconds switch
    {
        null => null,
        > 0 => TimeSpan.FromMilliseconds(milliseconds.Value),
        _ => throw Wrong($"'{name}' is longer than zero"),
    };

    private TargetConfigException Wrong(string reason) => new($"'{_path}': {reason}. Nothing was started.");
}
