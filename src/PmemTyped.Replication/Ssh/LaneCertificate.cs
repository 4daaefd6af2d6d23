using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace PmemTyped.Replication.Ssh;

/// <summary>A certificate for the lanes of one session, kept in memory. Its key is what counts; ssh carries the hash of it.</summary>
internal static class LaneCertificate
{
    /// <summary>The name that it carries, because TLS wants one.</summary>
    internal const string Name = "pmemtyped-lane";

    internal static X509Certificate2 New()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={Name}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(Name);
        request.CertificateExtensions.Add(names.Build());

        // Nobody looks at the dates: clocks may differ, and the key dies with the session.
        DateTimeOffset now = DateTimeOffset.UtcNow;
        return request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
    }
}
