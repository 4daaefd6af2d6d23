using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using PmemTyped.Replication;

namespace PmemTyped.Benchmarks.Comparison;

/// <summary>The other process of the comparison: a target on TCP and TLS, and a socket that answers 8 bytes to each message.</summary>
internal sealed class ReplicationTarget : IDisposable
{
    private readonly Process _process;

    private ReplicationTarget(Process process, int tcp, int tls, int raw)
    {
        _process = process;
        TcpPort = tcp;
        TlsPort = tls;
        RawPort = raw;
    }

    internal int TcpPort { get; }

    internal int TlsPort { get; }

    internal int RawPort { get; }

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
        Process process = Process.Start(start)!;
        int[] ports = [.. process.StandardOutput.ReadLine()!.Split(' ').Select(p => int.Parse(p, CultureInfo.InvariantCulture))];
        return new ReplicationTarget(process, ports[0], ports[1], ports[2]);
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
        using var raw = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        raw.Bind(loopback);
        raw.Listen();
        new Thread(() => AnswerAll(raw)) { IsBackground = true }.Start();
        Console.WriteLine($"{PortOf(tcp.Name)} {PortOf(tls.Name)} {PortOf(raw.LocalEndPoint!.ToString()!)}");
        _ = Console.In.ReadToEnd();
    }

    /// <summary>A certificate that both processes find in the directory.</summary>
    internal static ReplicaIdentity Identity(string directory, string name) => new(
        X509CertificateLoader.LoadPkcs12FromFile(Path.Combine(directory, name + ".pfx"), null),
        X509CertificateLoader.LoadCertificateFromFile(Path.Combine(directory, "authority.crt")));

    internal static void MakeCertificates(string directory)
    {
        TimeSpan day = TimeSpan.FromDays(1);
        using X509Certificate2 authority = ReplicaIdentity.CreateAuthority("benchmark", day);
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

    private static string PortOf(string name) => name.Split(':')[^1];

    private static void AnswerAll(Socket listener)
    {
        try
        {
            while (true)
            {
                Socket socket = listener.Accept();
                socket.NoDelay = true;
                new Thread(() => Answer(socket)) { IsBackground = true }.Start();
            }
        }
        catch (SocketException)
        {
            // The process ends, and closes the listener.
        }
    }

    private static void Answer(Socket socket)
    {
        byte[] size = new byte[sizeof(int)];
        if (!TryFill(socket, size))
        {
            return;
        }

        byte[] message = new byte[BitConverter.ToInt32(size)];
        byte[] answer = new byte[8];
        while (TryFill(socket, message))
        {
            socket.Send(answer);
        }
    }

    private static bool TryFill(Socket socket, byte[] bytes)
    {
        for (int got = 0; got < bytes.Length;)
        {
            int received = socket.Receive(bytes.AsSpan(got));
            if (received == 0)
            {
                return false;
            }

            got += received;
        }

        return true;
    }
}
