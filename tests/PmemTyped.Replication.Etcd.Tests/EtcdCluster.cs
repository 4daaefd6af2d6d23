using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using PmemTyped.Testing;

namespace PmemTyped.Replication.Etcd.Tests;

/// <summary>Three members of etcd on loopback, which can be killed one by one.</summary>
internal sealed class EtcdCluster : IDisposable
{
    internal const int Count = 3;

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    private readonly TempDirectory _directory = TempDirectory.CreateInMemory();
    private readonly List<Process> _members = [];
    private readonly int[] _ports = FreePorts(2 * Count);

    internal EtcdCluster(string program)
    {
        string all = string.Join(',', Enumerable.Range(0, Count).Select(i => $"m{i}={Peer(i)}"));
        for (int i = 0; i < Count; i++)
        {
            var start = new ProcessStartInfo(program)
            {
                RedirectStandardError = true,
                RedirectStandardOutput = true,
                ArgumentList =
                {
                    "--name", $"m{i}", "--data-dir", _directory.File($"m{i}"), "--log-level", "error", "--logger", "zap",
                    "--listen-peer-urls", Peer(i), "--initial-advertise-peer-urls", Peer(i),
                    "--listen-client-urls", Client(i), "--advertise-client-urls", Client(i),
                    "--initial-cluster", all, "--initial-cluster-state", "new",
                },
            };
            Process member = Process.Start(start)!;
            member.ErrorDataReceived += (_, _) => { };
            member.OutputDataReceived += (_, _) => { };
            member.BeginErrorReadLine();
            member.BeginOutputReadLine();
            _members.Add(member);
        }

        using EtcdPromotionAuthority asker = NewAuthority();
        WaitUntil(() =>
        {
            try
            {
                return asker.Holder(Guid.NewGuid()) is null;
            }
            catch (IOException)
            {
                return false;
            }
        });
    }

    internal IReadOnlyList<Uri> Endpoints => [.. Enumerable.Range(0, Count).Select(i => new Uri(Client(i)))];

    internal static void WaitUntil(Func<bool> condition) =>
        Assert.True(SpinWait.SpinUntil(() => condition() || Paused(), s_patience), "It took more than a minute.");

    internal EtcdPromotionAuthority NewAuthority(int lifetimeSeconds = 5) => new(Endpoints, TimeSpan.FromSeconds(lifetimeSeconds));

    internal void Kill(int member)
    {
        _members[member].Kill();
        _members[member].WaitForExit();
    }

    public void Dispose()
    {
        foreach (Process member in _members)
        {
            if (!member.HasExited)
            {
                member.Kill();
                member.WaitForExit();
            }

            member.Dispose();
        }

        _directory.Dispose();
    }

    private static bool Paused()
    {
        Thread.Sleep(50);
        return false;
    }

    private static int[] FreePorts(int count)
    {
        TcpListener[] listeners = [.. Enumerable.Range(0, count).Select(_ => new TcpListener(IPAddress.Loopback, 0))];
        Array.ForEach(listeners, l => l.Start());
        int[] ports = [.. listeners.Select(l => ((IPEndPoint)l.LocalEndpoint).Port)];
        Array.ForEach(listeners, l => l.Dispose());
        return ports;
    }

    private string Peer(int i) => FormattableString.Invariant($"http://127.0.0.1:{_ports[i]}");

    private string Client(int i) => FormattableString.Invariant($"http://127.0.0.1:{_ports[Count + i]}");
}
