using System.Net;
using System.Security.Cryptography.X509Certificates;
using PmemTyped.Replication.Ssh;
using PmemTyped.Replication.Tests.Support;

namespace PmemTyped.Replication.Tests;

/// <summary>An identity that trusts one key: the right one without authority, name and dates, and no other.</summary>
public sealed class PinnedIdentityTests
{
    [Theory]
    [InlineData(true, true, true)]
    [InlineData(false, true, false)]
    [InlineData(true, false, false)]
    public void Only_the_key_of_the_greeting_is_trusted_on_either_side(bool isRightTarget, bool isRightInitiator, bool isAdmitted)
    {
        using var bench = new ReplicaBench();
        bench.WriteSet();
        X509Certificate2 target = LaneCertificate.New();
        X509Certificate2 initiator = LaneCertificate.New();
        using X509Certificate2 stranger = LaneCertificate.New();
        byte[] wrong = ReplicaIdentity.PinOf(stranger);
        using var here = ReplicaIdentity.Pinned(initiator, isRightTarget ? ReplicaIdentity.PinOf(target) : wrong);
        using var there = ReplicaIdentity.Pinned(target, isRightInitiator ? ReplicaIdentity.PinOf(initiator) : wrong);
        IReplicaListener listener = ReplicaTransports.ListenTls(new IPEndPoint(IPAddress.Loopback, 0), there);
        bench.Server.Listen(listener);
        IReplicaTransport transport = new NamedTransport(listener, here);

        Action create = () => RemotePool.Create(transport, ReplicaBench.Name, bench.Local, ReplicaBench.Attributes).Dispose();

        if (isAdmitted)
        {
            create();
        }
        else
        {
            Assert.Throws<RemotePoolException>(create);
        }
    }

    /// <summary>TLS to loopback under the name that lanes have.</summary>
    private sealed class NamedTransport(IReplicaListener listener, ReplicaIdentity identity) : IReplicaTransport
    {
        public string Name => listener.Name;

        public ReplicaConnection Connect(in ReplicaDeadline deadline)
        {
            int port = int.Parse(listener.Name.Split(':')[^1], System.Globalization.CultureInfo.InvariantCulture);
            ReplicaConnection plain = ReplicaTransports.Tcp("127.0.0.1", port).Connect(in deadline);
            return new Transports.TlsConnection(plain, identity, LaneCertificate.Name);
        }
    }
}
