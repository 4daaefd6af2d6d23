using System.Diagnostics.CodeAnalysis;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace PmemTyped.Replication.Transports;

/// <summary>TLS 1.3 with certificates on both sides, over another connection.</summary>
[SuppressMessage("Security", "CA5398", Justification = "Older versions are refused on purpose; a newer one is a change of this line.")]
internal sealed class TlsConnection : ReplicaConnection
{
    private readonly ReplicaConnection _inner;
    private readonly ConnectionStream _stream;
    private readonly SslStream _tls;
    private readonly ReplicaIdentity _identity;
    private readonly string? _target;
    private string _peer = "nobody";

    /// <param name="inner">The connection beneath.</param>
    /// <param name="identity">Who we are and whom we trust.</param>
    /// <param name="target">The name that the certificate of the target must carry; null at the target itself.</param>
    internal TlsConnection(ReplicaConnection inner, ReplicaIdentity identity, string? target)
    {
        _inner = inner;
        _identity = identity;
        _target = target;
        _stream = new ConnectionStream(inner);
        _tls = new SslStream(_stream, leaveInnerStreamOpen: false);
    }

    public override string PeerIdentity => _peer;

    public override string PeerAddress => _inner.PeerAddress;

    public override bool ProtectsPayload => true;

    public override void Handshake(in ReplicaDeadline deadline)
    {
        _stream.ReceiveDeadline = deadline;
        _stream.SendDeadline = deadline;
        try
        {
            if (_target is null)
            {
                _tls.AuthenticateAsServer(ServerOptions());
            }
            else
            {
                _tls.AuthenticateAsClient(ClientOptions(_target));
            }
        }
        catch (Exception e) when (e is AuthenticationException or CryptographicException or InvalidOperationException)
        {
            throw new IOException($"The certificate of the peer or our own was refused: {e.Message}", e);
        }

        _peer = _tls.RemoteCertificate is X509Certificate2 certificate
            ? certificate.GetNameInfo(X509NameType.SimpleName, forIssuer: false)
            : throw new IOException("The peer showed no certificate.");
    }

    public override int Receive(Span<byte> buffer, in ReplicaDeadline deadline)
    {
        _stream.ReceiveDeadline = deadline;
        try
        {
            return _tls.Read(buffer);
        }
        catch (IOException e) when (e.InnerException is TimeoutException)
        {
            throw new TimeoutException(e.InnerException.Message, e);
        }
        catch (IOException e) when (e.InnerException is OperationCanceledException)
        {
            throw new OperationCanceledException(e.InnerException.Message, e);
        }
        catch (Exception e) when (e is InvalidOperationException or CryptographicException or AuthenticationException)
        {
            throw new IOException("The connection is lost.", e);
        }
    }

    public override void Send(ReadOnlySpan<byte> bytes, in ReplicaDeadline deadline)
    {
        _stream.SendDeadline = deadline;
        try
        {
            _tls.Write(bytes);
        }
        catch (IOException e) when (e.InnerException is TimeoutException)
        {
            throw new TimeoutException(e.InnerException.Message, e);
        }
        catch (Exception e) when (e is InvalidOperationException or CryptographicException or AuthenticationException)
        {
            throw new IOException("The connection is lost.", e);
        }
    }

    public override void EndReceiving() => _inner.EndReceiving();

    public override void Abort() => _inner.Abort();

    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        _tls.Dispose();
        _stream.Dispose();
    }

    private SslServerAuthenticationOptions ServerOptions() => new()
    {
        ServerCertificate = _identity.Certificate,
        ClientCertificateRequired = true,
        EnabledSslProtocols = SslProtocols.Tls13,
        CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
        RemoteCertificateValidationCallback = (_, certificate, _, _) => _identity.Trusts(certificate),
    };

    private SslClientAuthenticationOptions ClientOptions(string target) => new()
    {
        TargetHost = target,
        ClientCertificates = [_identity.Certificate],
        EnabledSslProtocols = SslProtocols.Tls13,
        CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
        RemoteCertificateValidationCallback = (_, certificate, _, errors) =>
            !errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch) && _identity.Trusts(certificate),
    };
}
