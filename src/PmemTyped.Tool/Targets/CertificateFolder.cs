using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using PmemTyped.Replication;

namespace PmemTyped.Tool.Targets;

/// <summary>
/// A private authority and what it signed, in files that only their owner reads. What is there is never overwritten, and a
/// folder appears whole or not at all.
/// <code>
/// authority/        authority.crt  authority.key
/// targets/NAME/     authority.crt  identity.crt  identity.key  target.json  pools/
/// clients/NAME/     authority.crt  identity.crt  identity.key
/// </code>
/// </summary>
internal sealed class CertificateFolder(string path)
{
    private const UnixFileMode OwnerFile = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode OwnerDirectory = OwnerFile | UnixFileMode.UserExecute;
    private const string AuthorityName = "authority";
    private const string AuthorityKeyFile = "authority.key";
    private const string PoolDirectory = "pools";

    private string AuthorityPath => Path.Combine(path, AuthorityName);

    /// <summary>Makes the authority with a target and its clients.</summary>
    /// <param name="target">Name, hosts and address of the target.</param>
    /// <param name="clients">Names of the clients, each of which gets all rights there.</param>
    /// <param name="lifetime">How long all certificates are valid.</param>
    /// <exception cref="IOException">Something is there, or cannot be written.</exception>
    internal void Create(CertificateOrder target, IReadOnlyList<string> clients, TimeSpan lifetime)
    {
        string full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        if (File.Exists(full) || (Directory.Exists(full) && Directory.EnumerateFileSystemEntries(full).Any()))
        {
            throw new IOException($"'{path}' exists and is not empty; nothing was changed. Give a new directory, or add to it with 'pmt target certificate'.");
        }

        string made = NewSibling(full);
        try
        {
            var staged = new CertificateFolder(made);
            using X509Certificate2 authority = ReplicaIdentity.CreateAuthority("pmt authority", lifetime);
            MakeDirectory(staged.AuthorityPath);
            Write(staged.AuthorityPath, ReplicaIdentity.AuthorityFile, authority.ExportCertificatePem());
            Write(staged.AuthorityPath, AuthorityKeyFile, KeyOf(authority));
            staged.Add(authority, target, clients, lifetime);
            foreach (string client in clients)
            {
                staged.Add(authority, new CertificateOrder(client, []), [], lifetime);
            }

            MoveTo(made, full);
        }
        catch
        {
            Directory.Delete(made, recursive: true);
            throw;
        }
    }

    /// <summary>Makes one more certificate.</summary>
    /// <param name="order">Its name; with hosts it is one of a target.</param>
    /// <param name="clients">Who gets all rights at a target.</param>
    /// <param name="lifetime">How long it is valid, at most as long as the authority.</param>
    /// <returns>The folder to copy.</returns>
    /// <exception cref="IOException">There is no authority, there is one of that name, or it cannot be written.</exception>
    internal string Add(CertificateOrder order, IReadOnlyList<string> clients, TimeSpan lifetime)
    {
        using X509Certificate2 authority = LoadAuthority();
        return Add(authority, order, clients, lifetime);
    }

    private string Add(X509Certificate2 authority, CertificateOrder order, IReadOnlyList<string> clients, TimeSpan lifetime)
    {
        string kind = Path.Combine(path, order.IsTarget ? "targets" : "clients");
        string full = Path.Combine(kind, order.Name);
        if (Path.Exists(full))
        {
            throw new IOException($"'{full}' exists; nothing was changed. Give another name.");
        }

        MakeDirectory(kind);
        string made = NewSibling(full);
        try
        {
            using X509Certificate2 certificate = ReplicaIdentity.CreateCertificate(authority, order.Name, order.Hosts, lifetime);
            Write(made, ReplicaIdentity.AuthorityFile, authority.ExportCertificatePem());
            Write(made, ReplicaIdentity.CertificateFile, certificate.ExportCertificatePem());
            Write(made, ReplicaIdentity.KeyFile, KeyOf(certificate));
            if (order.IsTarget)
            {
                MakeDirectory(Path.Combine(made, PoolDirectory));
                WriteText(made, "target.json", TargetConfigJson.Of(ConfigFor(order, clients)));
            }

            MoveTo(made, full);
            return full;
        }
        catch
        {
            Directory.Delete(made, recursive: true);
            throw;
        }
    }

    private X509Certificate2 LoadAuthority()
    {
        try
        {
            return X509Certificate2.CreateFromPemFile(
                Path.Combine(AuthorityPath, ReplicaIdentity.AuthorityFile), Path.Combine(AuthorityPath, AuthorityKeyFile));
        }
        catch (CryptographicException e)
        {
            throw new IOException($"The authority in '{path}' cannot be loaded: {e.Message} 'pmt target init' makes one.", e);
        }
    }

    private static TargetConfig ConfigFor(CertificateOrder order, IReadOnlyList<string> clients) => new()
    {
        Pools = PoolDirectory,
        Identity = ".",
        Listen = [new TargetPlace { Transport = TargetTransport.Tls, Address = order.Listen }],
        Rights = [.. clients.Select(c => new TargetRight { Identity = c, May = [ReplicaRights.All] })],
    };

    private static string KeyOf(X509Certificate2 certificate)
    {
        using var key = certificate.GetECDsaPrivateKey()!;
        return key.ExportPkcs8PrivateKeyPem();
    }

    private static string NewSibling(string full)
    {
        string made = $"{full}.new-{Guid.NewGuid():N}";
        MakeDirectory(made);
        return made;
    }

    private static void MoveTo(string made, string full)
    {
        if (Directory.Exists(full))
        {
            Directory.Delete(full);
        }

        Directory.Move(made, full);
    }

    private static void MakeDirectory(string directory)
    {
        if (OperatingSystem.IsWindows())
        {
            throw new NotSupportedException("Private keys need files that only their owner reads. Make them on Linux and copy them.");
        }

        Directory.CreateDirectory(directory, OwnerDirectory);
    }

    private static void Write(string directory, string name, string pem) => WriteText(directory, name, pem + "\n");

    private static void WriteText(string directory, string name, string text)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = OwnerFile;
        }

        using var file = new FileStream(Path.Combine(directory, name), options);
        file.Write(Encoding.UTF8.GetBytes(text));
        file.Flush(flushToDisk: true);
    }
}
