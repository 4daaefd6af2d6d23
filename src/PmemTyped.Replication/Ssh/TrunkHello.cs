using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using PmemTyped.Replication.Frames;

namespace PmemTyped.Replication.Ssh;

/// <summary>The line that each side of a trunk begins with (Design 0024).</summary>
/// <param name="Pin">The hash of the key that lanes beside the trunk show; null where there are none.</param>
/// <param name="Lanes">Where they are taken; null where they are not, and from the initiator.</param>
internal sealed record TrunkHello(byte[]? Pin, IPEndPoint? Lanes)
{
    internal const int Version = 1;
    internal const int MaxBytes = 512;

    private const string Magic = "pmemtyped-trunk ";
    private const string Nothing = "-";
    private const int ShownLength = 80;

    internal byte[] ToBytes() => Encoding.ASCII.GetBytes(string.Create(
        CultureInfo.InvariantCulture,
        $"{Magic}{Version} {(Pin is null ? Nothing : Convert.ToHexStringLower(Pin))} {Lanes?.Address.ToString() ?? Nothing} {Lanes?.Port ?? 0}\n"));

    /// <summary>Reads a line, byte by byte, so that nothing behind it is taken; null when the stream ended before it was whole.</summary>
    internal static byte[]? ReadLine(Stream input)
    {
        byte[] line = new byte[MaxBytes];
        for (int length = 0; length < MaxBytes; length++)
        {
            int next = input.ReadByte();
            if (next < 0)
            {
                return null;
            }

            if (next == '\n')
            {
                return line[..length];
            }

            line[length] = (byte)next;
        }

        return line;
    }

    /// <summary>Judges a line.</summary>
    /// <exception cref="FrameException">It is none of ours, or of another version.</exception>
    internal static TrunkHello Parse(ReadOnlySpan<byte> line)
    {
        string text = Encoding.ASCII.GetString(line);
        if (!text.StartsWith(Magic, StringComparison.Ordinal))
        {
            throw new FrameException(
                RemoteErrno.Protocol,
                $"Something other than the tool answered: '{Shown(text)}'. A shell that prints a greeting without a terminal does this too.");
        }

        string[] words = text[Magic.Length..].Split(' ');
        if (words[0] != Version.ToString(CultureInfo.InvariantCulture))
        {
            throw new FrameException(RemoteErrno.ProtocolNotSupported, FormattableString.Invariant(
                $"The tool on the other side speaks version {Shown(words[0])} of the trunk, this one {Version}. Update one of them."));
        }

        return words.Length == 4
            && TryPin(words[1], out byte[]? pin)
            && ushort.TryParse(words[3], NumberStyles.None, CultureInfo.InvariantCulture, out ushort port)
            && TryPlace(words[2], port, out IPEndPoint? lanes)
            ? new TrunkHello(pin, lanes)
            : throw new FrameException(RemoteErrno.Protocol, $"The tool on the other side said what makes no sense: '{Shown(text)}'.");
    }

    private static bool TryPin(string word, out byte[]? pin)
    {
        pin = null;
        if (word == Nothing)
        {
            return true;
        }

        byte[] bytes = new byte[SHA256.HashSizeInBytes];
        bool isPin = word.Length == 2 * bytes.Length
            && Convert.FromHexString(word, bytes, out _, out _) == System.Buffers.OperationStatus.Done;
        pin = isPin ? bytes : null;
        return isPin;
    }

    private static bool TryPlace(string word, int port, out IPEndPoint? place)
    {
        place = null;
        if (word == Nothing)
        {
            return port == 0;
        }

        if (port == 0 || !IPAddress.TryParse(word, out IPAddress? address))
        {
            return false;
        }

        place = new IPEndPoint(address, port);
        return true;
    }

    private static string Shown(string text) =>
        new([.. text.Take(ShownLength).Select(c => char.IsControl(c) ? '?' : c)]);
}
