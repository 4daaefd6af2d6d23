using System.Security.Cryptography.X509Certificates;
using PmemTyped.Replication.Transports;

namespace PmemTyped.Replication.Tests;

// What TLS asks of the connection beneath it.
public sealed class TlsRecordTests
{
    private const string Target = "localhost";
    private static readonly TimeSpan s_year = TimeSpan.FromDays(365);
    private static readonly ReplicaDeadline s_soon = ReplicaDeadline.After(TimeSpan.FromSeconds(20));

    [Fact]
    public async Task A_record_is_received_in_one_call_beneath_tls()
    {
        using X509Certificate2 authority = ReplicaIdentity.CreateAuthority("test authority", s_year);
        using ReplicaIdentity alice = Identity(authority, "alice");
        using ReplicaIdentity target = Identity(authority, Target);
        MemoryPipe there = new();
        MemoryPipe back = new();
        using CountingConnection counting = new(new MemoryConnection(there, back));
        using TlsConnection initiator = new(new MemoryConnection(back, there), alice, Target);
        using TlsConnection served = new(counting, target, target: null);
        Task handshake = Task.Run(() => served.Handshake(in s_soon));
        initiator.Handshake(in s_soon);
        await handshake;
        int before = counting.Calls;
        byte[] buffer = new byte[4096];
        const int Records = 20;
        for (int i = 0; i < Records; i++)
        {
            initiator.Send([1, 2, 3], in s_soon);
            Assert.Equal(3, served.Receive(buffer, in s_soon));
        }

        Assert.Equal(Records, counting.Calls - before);
    }

    private static ReplicaIdentity Identity(X509Certificate2 authority, string name) => new(
        ReplicaIdentity.CreateCertificate(authority, name, [name], s_year),
        X509CertificateLoader.LoadCertificate(authority.RawData));

    private sealed class CountingConnection(ReplicaConnection inner) : ReplicaConnection
    {
        public override string PeerIdentity => inner.PeerIdentity;

        public override bool ProtectsPayload => false;

        internal int Calls { get; private set; }

        public override int Receive(Span<byte> buffer, in ReplicaDeadline deadline)
        {
            Calls++;
            return inner.Receive(buffer, in deadline);
        }

        public override void Send(ReadOnlySpan<byte> bytes, in ReplicaDeadline deadline) => inner.Send(bytes, in deadline);

        public override void Abort() => inner.Abort();
    }
}
