using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace PmemTyped.Replication;

/// <summary>
/// A certificate with its key, and the private authority that the other side must come from. The system's store is not
/// asked, and one authority stands for one installation. Threads: safe. (replication specification, 19.8)
/// </summary>
public sealed class ReplicaIdentity : IDisposable
{
    /// <summary>Name of the file of a certificate, in PEM, in a directory of an identity.</summary>
    public const string CertificateFile = "identity.crt";

    /// <summary>Name of the file of its private key, in PEM.</summary>
    public const string KeyFile = "identity.key";

    /// <summary>Name of the file of the certificate of the authority, in PEM.</summary>
    public const string AuthorityFile = "authority.crt";

    private static readonly TimeSpan s_clockSkew = TimeSpan.FromMinutes(5);

    private readonly X509Certificate2? _authority;
    private readonly byte[]? _pin;

    /// <summary>Initializes a new instance of the <see cref="ReplicaIdentity"/> class.</summary>
    /// <param name="certificate">Our certificate, with its private key; disposed with this.</param>
    /// <param name="authority">The certificate of the authority; disposed with this.</param>
    /// <exception cref="ArgumentException">The certificate has no private key.</exception>
    public ReplicaIdentity(X509Certificate2 certificate, X509Certificate2 authority)
    {
        if (!certificate.HasPrivateKey)
        {
            throw new ArgumentException("The certificate has no private key, so it proves nothing. Load it with its key.", nameof(certificate));
        }

        Certificate = certificate;
        _authority = authority;
    }

    private ReplicaIdentity(X509Certificate2 certificate, byte[] pin)
    {
        Certificate = certificate;
        _pin = pin;
    }

    internal X509Certificate2 Certificate { get; }

    /// <summary>Trusts one key and nobody else, whatever its certificate says.</summary>
    /// <param name="certificate">Our certificate, with its private key; disposed with this.</param>
    /// <param name="pin">The hash of the key of the other side, from <see cref="PinOf"/>.</param>
    internal static ReplicaIdentity Pinned(X509Certificate2 certificate, byte[] pin) => new(certificate, pin);

    /// <summary>The hash of the public key of a certificate.</summary>
    internal static byte[] PinOf(X509Certificate2 certificate) =>
        SHA256.HashData(certificate.PublicKey.ExportSubjectPublicKeyInfo());

    /// <summary>
    /// Loads an identity from a directory with the files <see cref="CertificateFile"/>, <see cref="KeyFile"/> and
    /// <see cref="AuthorityFile"/>, as <c>pmt target init</c> makes it.
    /// </summary>
    /// <param name="directory">The directory.</param>
    /// <exception cref="IOException">A file is missing, is none in PEM, or the key is open to all users.</exception>
    /// <exception cref="UnauthorizedAccessException">A file may not be read.</exception>
    public static ReplicaIdentity Load(string directory)
    {
        string key = Path.Combine(directory, KeyFile);
        const UnixFileMode Others = UnixFileMode.OtherRead | UnixFileMode.OtherWrite;
        if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(key) & Others) != 0)
        {
            throw new IOException($"The private key '{key}' is open to all users, so it proves nothing. Make a new one and keep it at mode 0600.");
        }

        try
        {
            return new ReplicaIdentity(
                X509Certificate2.CreateFromPemFile(Path.Combine(directory, CertificateFile), key),
                X509Certificate2.CreateFromPem(File.ReadAllText(Path.Combine(directory, AuthorityFile))));
        }
        catch (CryptographicException e)
        {
            throw new IOException($"The identity in '{directory}' cannot be loaded: {e.Message} Its three files are written by 'pmt target init'.", e);
        }
    }

    /// <summary>Makes a private authority with its key. Keep the key away from targets and initiators.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="lifetime">How long it is valid.</param>
    public static X509Certificate2 CreateAuthority(string name, TimeSpan lifetime)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(Subject(name), key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, true, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        DateTimeOffset now = DateTimeOffset.UtcNow;
        return request.CreateSelfSigned(now - s_clockSkew, now + lifetime);
    }

    /// <summary>Makes a certificate for a target or an initiator.</summary>
    /// <param name="authority">The authority, with its key.</param>
    /// <param name="name">The name that grants are given to.</param>
    /// <param name="hosts">Host names or addresses that a target is reached by; none for an initiator.</param>
    /// <param name="lifetime">How long it is valid.</param>
    public static X509Certificate2 CreateCertificate(
        X509Certificate2 authority, string name, IReadOnlyList<string> hosts, TimeSpan lifetime)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(Subject(name), key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, true));
        if (hosts.Count > 0)
        {
            var names = new SubjectAlternativeNameBuilder();
            foreach (string host in hosts)
            {
                if (IPAddress.TryParse(host, out IPAddress? address))
                {
                    names.AddIpAddress(address);
                }
                else
                {
                    names.AddDnsName(host);
                }
            }

            request.CertificateExtensions.Add(names.Build());
        }

        byte[] serial = RandomNumberGenerator.GetBytes(16);
        serial[0] &= 0x7F;
        DateTimeOffset now = DateTimeOffset.UtcNow;
        DateTimeOffset end = now + lifetime < authority.NotAfter ? now + lifetime : authority.NotAfter;
        DateTimeOffset begin = new DateTimeOffset(authority.NotBefore) > end ? end - s_clockSkew : authority.NotBefore;
        using X509Certificate2 signed = request.Create(authority, begin, end, serial);
        return signed.CopyWithPrivateKey(key);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Certificate.Dispose();
        _authority?.Dispose();
    }

    internal bool Trusts(X509Certificate? certificate)
    {
        if (certificate is not X509Certificate2 shown)
        {
            return false;
        }

        if (_pin is not null)
        {
            return CryptographicOperations.FixedTimeEquals(PinOf(shown), _pin);
        }

        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.Add(_authority!);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.DisableCertificateDownloads = true;
        return chain.Build(shown);
    }

    private static X500DistinguishedName Subject(string name)
    {
        var builder = new X500DistinguishedNameBuilder();
        builder.AddCommonName(name);
        return builder.Build();
    }
}
