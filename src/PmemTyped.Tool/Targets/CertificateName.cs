using System.CommandLine.Parsing;
using System.Net;

namespace PmemTyped.Tool.Targets;

/// <summary>Names of certificates, which become directories, and of hosts, which stand in certificates.</summary>
internal static class CertificateName
{
    private const int MaxLength = 64;

    /// <summary>Refuses what cannot be the name of a certificate.</summary>
    internal static void Require(SymbolResult result)
    {
        foreach (string name in result.Tokens.Select(t => t.Value).Where(n => !IsName(n)))
        {
            result.AddError($"'{name}' is no name of a certificate. Use letters, digits, '.', '-' and '_', at most {MaxLength}.");
        }
    }

    /// <summary>Refuses what is neither the name of a host nor an address.</summary>
    internal static void RequireHost(SymbolResult result)
    {
        foreach (string host in result.Tokens.Select(t => t.Value))
        {
            if (!IPAddress.TryParse(host, out _) && Uri.CheckHostName(host) != UriHostNameType.Dns)
            {
                result.AddError($"'{host}' is no host. Give a name or an address, without a port.");
            }
        }
    }

    private static bool IsName(string name) => name.Length is > 0 and <= MaxLength
        && char.IsAsciiLetterOrDigit(name[0])
        && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_');
}
