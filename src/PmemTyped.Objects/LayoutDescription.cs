using System.Text;
using PmemTyped.Blocks;
using PmemTyped.Native;
using PmemTyped.Objects.Layout;

namespace PmemTyped.Objects;

/// <summary>
/// The description of a layout that a typed pool carries in its application area: fingerprint and field table, with a
/// checksum. Tools read it without the type; a pool without one is untyped.
/// </summary>
/// <param name="LayoutHash">The fingerprint.</param>
/// <param name="Text">The field table, one line; cut off behind the last field that fits, then it ends with "...".</param>
public sealed record LayoutDescription(ulong LayoutHash, string Text)
{
    private const int MaxTextBytes = BlockPool.ApplicationAreaBytes - LayoutDescriptionLayout.SizeBytes;
    private const long AreaOffset = 4200;
    private static readonly byte[] s_cutOff = "..."u8.ToArray();

    /// <summary>The description of a layout of this program.</summary>
    /// <typeparam name="T">The layout.</typeparam>
    public static LayoutDescription Of<T>()
        where T : unmanaged, IPersistentLayout<T> =>
        new(T.LayoutHash, Encoding.UTF8.GetString(CutOff(T.LayoutDescription)));

    /// <summary>Reads the description from an application area.</summary>
    /// <param name="area">The application area.</param>
    /// <param name="path">The pool, for messages.</param>
    /// <returns>The description, or null for an untyped pool.</returns>
    /// <exception cref="PmemFormatException">The area is used by something else, or by a later version.</exception>
    /// <exception cref="PmemCorruptionException">The description is damaged.</exception>
    public static LayoutDescription? Read(ReadOnlySpan<byte> area, string path)
    {
        LayoutDescriptionLayout header = Blittable.Read<LayoutDescriptionLayout>(area);
        if (header.Magic == 0)
        {
            return null;
        }

        if (header.Magic != LayoutDescriptionLayout.MagicValue)
        {
            throw new PmemFormatException(
                path,
                "layout description",
                AreaOffset,
                "absent, or 'PTLAYOUT'",
                FormattableString.Invariant($"0x{header.Magic:X16}"),
                "Another program uses the application area of this pool; use it untyped.");
        }

        bool fits = header.TextBytes <= MaxTextBytes && header.TextBytes <= area.Length - LayoutDescriptionLayout.SizeBytes;
        ReadOnlySpan<byte> text =
            area.Slice(LayoutDescriptionLayout.SizeBytes, fits ? (int)header.TextBytes : 0);
        uint checksum = Checksum(header, text);
        if (!fits || checksum != header.Checksum)
        {
            throw new PmemCorruptionException(
                path,
                "layout description",
                AreaOffset,
                FormattableString.Invariant($"checksum 0x{checksum:X8}"),
                FormattableString.Invariant($"0x{header.Checksum:X8}"),
                "The records may be sound; read them through the untyped pool, or restore the file from a copy.");
        }

        if (header.Format != LayoutDescriptionLayout.FormatValue || header.Reserved != 0)
        {
            throw new PmemFormatException(
                path,
                "layout description format",
                AreaOffset + sizeof(ulong),
                "1, with zero behind it",
                FormattableString.Invariant($"{header.Format}, with 0x{header.Reserved:X} behind it"),
                "Use a version that knows this format.");
        }

        return new LayoutDescription(header.LayoutHash, Encoding.UTF8.GetString(text));
    }

    /// <summary>The bytes for the application area.</summary>
    public ReadOnlyMemory<byte> ToBytes()
    {
        byte[] text = Encoding.UTF8.GetBytes(Text);
        var header = new LayoutDescriptionLayout
        {
            Magic = LayoutDescriptionLayout.MagicValue,
            Format = LayoutDescriptionLayout.FormatValue,
            TextBytes = (uint)text.Length,
            LayoutHash = LayoutHash,
        };
        header.Checksum = Checksum(header, text);
        return (byte[])[.. Blittable.AsBytes(in header), .. text];
    }

    // The checksum field counts as zero.
    private static uint Checksum(LayoutDescriptionLayout header, ReadOnlySpan<byte> text)
    {
        header.Checksum = 0;
        uint crc = Crc32C.Append(Crc32C.Seed, Blittable.AsBytes(in header));
        return ~Crc32C.Append(crc, text);
    }

    private static ReadOnlySpan<byte> CutOff(ReadOnlySpan<byte> text)
    {
        if (text.Length <= MaxTextBytes)
        {
            return text;
        }

        int end = text[..(MaxTextBytes - s_cutOff.Length)].LastIndexOf((byte)' ') + 1;
        return (byte[])[.. text[..end], .. s_cutOff];
    }
}
