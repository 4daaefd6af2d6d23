using System.Globalization;
using System.Text;

namespace PmemTyped.Tool;

/// <summary>
/// Bytes as text, in the form of hexdump -C: offset, sixteen bytes, the printable ones again. Lines that repeat the
/// line before are one asterisk, and the last line is the length.
/// </summary>
internal static class HexDump
{
    private const int BytesPerLine = 16;

    /// <summary>Writes the lines.</summary>
    internal static void Write(TextWriter output, ReadOnlySpan<byte> bytes)
    {
        bool isRepeating = false;
        for (int offset = 0; offset < bytes.Length; offset += BytesPerLine)
        {
            ReadOnlySpan<byte> line = LineAt(bytes, offset);
            bool isRepeated = offset > 0 && line.SequenceEqual(LineAt(bytes, offset - BytesPerLine));
            if (!isRepeated)
            {
                output.WriteLine(Line(offset, line));
            }
            else if (!isRepeating)
            {
                output.WriteLine("*");
            }

            isRepeating = isRepeated;
        }

        output.WriteLine(bytes.Length.ToString("x8", CultureInfo.InvariantCulture));
    }

    private static ReadOnlySpan<byte> LineAt(ReadOnlySpan<byte> bytes, int offset) =>
        bytes.Slice(offset, Math.Min(BytesPerLine, bytes.Length - offset));

    private static string Line(int offset, ReadOnlySpan<byte> bytes)
    {
        var hex = new StringBuilder();
        var characters = new StringBuilder();
        for (int i = 0; i < BytesPerLine; i++)
        {
            hex.Append(i == BytesPerLine / 2 ? "  " : " ");
            hex.Append(i < bytes.Length ? bytes[i].ToString("x2", CultureInfo.InvariantCulture) : "  ");
            if (i < bytes.Length)
            {
                characters.Append(bytes[i] is >= 0x20 and < 0x7F ? (char)bytes[i] : '.');
            }
        }

        return string.Create(CultureInfo.InvariantCulture, $"{offset:x8} {hex}  |{characters}|");
    }
}
