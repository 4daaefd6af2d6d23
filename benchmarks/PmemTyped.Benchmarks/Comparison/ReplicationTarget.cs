using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using PmemTyped.Replication;
using PmemTyped.Replication.Fabric;

namespace PmemTyped.Benchmarks.Comparison;

/// <summary>The other process of the comparison: a target on TCP and TLS, and bare sockets.</summary>
internal sealed class ReplicationTarget : IDisposable
{
    /// <summary>The name of the authority of a run.</summary>
    internal const string Authority = "benchmark";

    /// <summary>The provider of libfabric that needs no adapter.</summary>
    internal const string FabricProvider = "tcp";

    private readonly Process _process;

    private ReplicationTarget(Process process, int[] ports)
    {
        _process = process;
        TcpPort = ports[0];
        TlsPort = ports[1];
        RawPort = ports[2];
        RawTlsPort = ports[3];
        FabricPort = ports[4];
    }

    internal int TcpPort { get; }

    internal int TlsPort { get; }

    internal int RawPort { get; }

    internal int RawTlsPort { get; }

    /// <summary>Gets the port of the target on libfabric; 0 where it is not installed, which was said.</summary>
    internal int FabricPort { get; }

    internal static ReplicationTarget Start(string directory)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            ArgumentList = { "replication-target", directory },

            // Storage would only be noise: lines are written back, and nothing is synced.
            Environment = { ["PMEM_IS_PMEM_FORCE"] = "1" },
        };
        if (Path.GetFileNameWithoutExtension(start.FileName) == "dotnet")
        {
            start.ArgumentList.Insert(0, Environment.GetCommandLineArgs()[0]);
        }

        Process process = Process.Start(start)!;
        int[] ports = [.. process.StandardOutput.ReadLine()!.Split(' ').Select(p => int.Parse(p, CultureInfo.InvariantCulture))];
        return new ReplicationTarget(process, ports);
    }

    /// <summary>Serves until standard input ends.</summary>
    internal static void Serve(string directory)
    {
        var loopback = new IPEndPoint(IPAddress.Loopback, 0);
        using ReplicaIdentity identity = Identity(directory, "target");
        using var server = new ReplicaServer(new ReplicaServerOptions { PoolSetDirectory = directory });
        IReplicaListener tcp = ReplicaTransports.ListenTcp(loopback);
        IReplicaListener tls = ReplicaTransports.ListenTls(loopback, identity);
        server.Listen(tcp);
        server.Listen(tls);
        int fabricPort = ListenOnFabric(server, loopback);
        var raw = new RawTarget(directory);
        Console.WriteLine(
            $"{PortOf(tcp.Name)} {PortOf(tls.Name)} {raw.Listen(isSecured: false)} {raw.Listen(isSecured: true)} {fabricPort}");
        _ = Console.In.ReadToEnd();
    }

    /// <summary>A certificate that both processes find in the directory.</summary>
    internal static ReplicaIdentity Identity(string directory, string name) => new(
        X509CertificateLoader.LoadPkcs12FromFile(Path.Combine(directory, name + ".pfx"), null),
        X509CertificateLoader.LoadCertificateFromFile(Path.Combine(directory, "authority.crt")));

    internal static void MakeCertificates(string directory)
    {
        TimeSpan day = TimeSpan.FromDays(1);
        using X509Certificate2 authority = ReplicaIdentity.CreateAuthority(Authority, day);
        File.WriteAllBytes(Path.Combine(directory, "authority.crt"), authority.RawData);
        foreach (string name in new[] { "target", "initiator" })
        {
            using X509Certificate2 made = ReplicaIdentity.CreateCertificate(authority, name, ["127.0.0.1"], day);
            File.WriteAllBytes(Path.Combine(directory, name + ".pfx"), made.Export(X509ContentType.Pfx));
        }
    }

    public void Dispose()
    {
        _process.StandardInput.Close();
        if (!_process.WaitForExit(TimeSpan.FromSeconds(10)))
        {
            _process.Kill();
        }

        _process.Dispose();
    }

    private static int ListenOnFabric(ReplicaServer server, IPEndPoint at)
    {
        try
        {
            IReplicaListener fabric = FabricTransports.Listen(at, FabricProvider);
            server.Listen(fabric);
            return int.Parse(PortOf(fabric.Name), CultureInfo.InvariantCulture);
        }
        catch (IOException missing)
        {
            Console.Error.WriteLine($"skip replication.fabric: {missing.Message}");
            return 0;
        }
    }

    private static string PortOf(string name) => name.Split(':')[^1];
}
