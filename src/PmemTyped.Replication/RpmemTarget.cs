using System.Globalization;

namespace PmemTyped.Replication;

/// <summary>The address of a target as librpmem writes it: <c>[user@]host[:port]</c>. (replication specification, section 5)</summary>
/// <param name="User">Everything before the first @, or null.</param>
/// <param name="Host">Name or address, without brackets.</param>
/// <param name="Port">The port as text, or null; it is judged when it is used.</param>
public sealed record RpmemTarget(string? User, string Host, string? Port)
{
    private const int MaxUserLength = 32;
    private const int MaxHostLength = 255;

    /// <summary>Reads an address.</summary>
    /// <param name="text">The address.</param>
    /// <exception cref="FormatException">It is malformed.</exception>
    public static RpmemTarget Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        int at = text.IndexOf('@', StringComparison.Ordinal);
        string? user = at < 0 ? null : text[..at];
        (string host, string? port) = Split(text[(at + 1)..]);
        bool isSound = IsHost(host) && (user is null || (user.Length is > 0 and <= MaxUserLength && !user.Any(IsOdd)))
            && port?.Length != 0;
        return isSound
            ? new RpmemTarget(user, host, port)
            : throw new FormatException($"'{text}' is no address of a target. Write [user@]host[:port], and an IPv6 address with a port in brackets.");
    }

    /// <summary>The port as a number.</summary>
    /// <param name="otherwise">The port where none is named.</param>
    /// <exception cref="FormatException">It is no number from 1 to 65535.</exception>
    public int PortOr(int otherwise)
    {
        if (Port is null)
        {
            return otherwise;
        }

        return int.TryParse(Port, NumberStyles.None, CultureInfo.InvariantCulture, out int port) && port is > 0 and <= ushort.MaxValue
            ? port
            : throw new FormatException($"'{Port}' is no port. Use 1 to 65535.");
    }

    private static (string Host, string? Port) Split(string rest)
    {
        if (rest.StartsWith('['))
        {
            int close = rest.IndexOf(']', StringComparison.Ordinal);
            string after = close < 0 ? "?" : rest[(close + 1)..];
            return after.Length == 0 ? (rest[1..close], null)
                : after[0] == ':' && rest[1..close].Contains(':', StringComparison.Ordinal) ? (rest[1..close], after[1..])
                : (string.Empty, null);
        }

        int colon = rest.IndexOf(':', StringComparison.Ordinal);

        // More than one colon without brackets: an IPv6 address as a whole.
        return colon < 0 || rest.IndexOf(':', colon + 1) >= 0 ? (rest, null) : (rest[..colon], rest[(colon + 1)..]);
    }

    private static bool IsHost(string host)
    {
        bool isAddress = host.Contains(':', StringComparison.Ordinal);
        return host.Length is > 0 and <= MaxHostLength
            && (isAddress
                ? System.Net.IPAddress.TryParse(host, out _)
                : host[0] is not ('.' or '-') && host.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_'));
    }

    private static bool IsOdd(char c) => !(char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_');
}
