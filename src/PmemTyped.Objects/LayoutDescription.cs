using System.Text;
using PmemTyped.Blocks;
using PmemTyped.Native;
using PmemTyped.Objects.Layout;
using PmemTyped.Sets;

namespace PmemTyped.Objects;

/// <summary>
/// The description of a layout that a typed pool carries in its application area: fingerprint and field table, with a
/// checksum. Tools read it without the type; a pool without one is untyped. While a pool has records of older layouts, it
/// names these too.
/// </summary>
/// <param name="LayoutHash">The fingerprint of the layout that is written.</param>
/// <param name="Text">The field table, one line; cut off behind the last field that fits, then it ends with "...".</param>
public sealed record LayoutDescription(ulong LayoutHash, string Text)
{
    /// <summary>Where the application area is in the file.</summary>
    internal const long FileOffset = 4200;

    /// <summary>Where the second of the two places begins that take turns (Design 0019).</summary>
    internal const int SecondPlace = 1992;

    /// <summary>Bytes of text that each of the two places has.</summary>
    internal const int MaxTextBytes = SecondPlace - LayoutDescriptionLayout.SizeBytes;

    private const int AreaBytes = BlockPool.ApplicationAreaBytes;
    private const string CutMark = "...";

    /// <summary>Gets the field tables of older layouts of which there may still be records, newest first.</summary>
    public IReadOnlyList<string> Older { get; init; } = [];

    /// <summary>Gets the bytes from one record to the next in a block, 0 where a block holds one record.</summary>
    public int SlotBytes { get; init; }

    /// <summary>Gets how often the description was replaced; of two the one ahead counts.</summary>
    internal ushort Sequence { get; init; }

    /// <summary>Gets where in the area it is.</summary>
    internal int Place { get; init; }

    /// <summary>Gets a value indicating whether it reaches into the second place, as long ones of format 1 do.</summary>
    internal bool FillsArea => Place == 0 && Encoding.UTF8.GetByteCount(Text) > MaxTextBytes;

    /// <summary>The description of a layout of this program.</summary>
    /// <typeparam name="T">The layout.</typeparam>
    public static LayoutDescription Of<T>()
        where T : unmanaged, IPersistentLayout<T> =>
        new(T.LayoutHash, CutOff(Encoding.UTF8.GetString(T.LayoutDescription), MaxTextBytes));

    /// <summary>Reads the description from an application area.</summary>
    /// <param name="area">The application area.</param>
    /// <param name="path">The pool, for messages.</param>
    /// <returns>The description, or null for an untyped pool.</returns>
    /// <exception cref="PmemFormatException">The area is used by something else, or by a later version.</exception>
    /// <exception cref="PmemCorruptionException">The description is damaged.</exception>
    public static LayoutDescription? Read(ReadOnlySpan<byte> area, string path)
    {
        LayoutDescription? first = ReadAt(area, 0, path);
        bool hasSecond = first is null or { FillsArea: false }
            && area.Length >= SecondPlace + LayoutDescriptionLayout.SizeBytes
            && BitConverter.ToUInt64(area[SecondPlace..]) == LayoutDescriptionLayout.MagicValue;
        if (!hasSecond)
        {
            return first;
        }

        LayoutDescription second = ReadAt(area, SecondPlace, path)!;
        return first is not null && unchecked((short)(first.Sequence - second.Sequence)) > 0 ? first : second;
    }

    /// <summary>The bytes for the application area.</summary>
    public ReadOnlyMemory<byte> ToBytes()
    {
        byte[] text = Encoding.UTF8.GetBytes(Lines());
        bool isFirstFormat = Older.Count == 0 && Sequence == 0 && SlotBytes == 0;
        var header = new LayoutDescriptionLayout
        {
            Magic = LayoutDescriptionLayout.MagicValue,
            Format = isFirstFormat ? LayoutDescriptionLayout.FirstFormat : LayoutDescriptionLayout.SecondFormat,
            TextBytes = (uint)text.Length,
            LayoutHash = LayoutHash,
            Sequence = Sequence,
            SlotBytes = checked((ushort)SlotBytes),
        };
        header.Checksum = Checksum(header, text);
        return (byte[])[.. Blittable.AsBytes(in header), .. text];
    }

    private static LayoutDescription? ReadAt(ReadOnlySpan<byte> area, int place, string path)
    {
        LayoutDescriptionLayout header = Blittable.Read<LayoutDescriptionLayout>(area[place..]);
        if (header.Magic == 0)
        {
            return null;
        }

        if (header.Magic != LayoutDescriptionLayout.MagicValue)
        {
            throw new PmemFormatException(
                path,
                "layout description",
                FileOffset + place,
                "absent, or 'PTLAYOUT'",
                FormattableString.Invariant($"0x{header.Magic:X16}"),
                "Another program uses the application area of this pool; use it untyped.");
        }

        int start = place + LayoutDescriptionLayout.SizeBytes;
        bool fits = header.TextBytes <= AreaBytes - start && header.TextBytes <= area.Length - start;
        ReadOnlySpan<byte> text = area.Slice(start, fits ? (int)header.TextBytes : 0);
        uint checksum = Checksum(header, text);
        if (!fits || checksum != header.Checksum)
        {
            throw new PmemCorruptionException(
                path,
                "layout description",
                FileOffset + place,
                FormattableString.Invariant($"checksum 0x{checksum:X8}"),
                FormattableString.Invariant($"0x{header.Checksum:X8}"),
                "The records may be sound; read them through the untyped pool, or restore the file from a copy.");
        }

        CheckFormat(in header, place, path);
        string[] lines = Encoding.UTF8.GetString(text).Split('\n');
        return new LayoutDescription(header.LayoutHash, lines[0])
        {
            Older = lines[1..],
            SlotBytes = header.SlotBytes,
            Sequence = header.Sequence,
            Place = place,
        };
    }

    private static void CheckFormat(in LayoutDescriptionLayout header, int place, string path)
    {
        bool isFirst = header is { Format: LayoutDescriptionLayout.FirstFormat, Sequence: 0, SlotBytes: 0 };
        if (!isFirst && header.Format != LayoutDescriptionLayout.SecondFormat)
        {
            throw new PmemFormatException(
                path,
                "layout description format",
                FileOffset + place + sizeof(ulong),
                "1, with zero behind it, or 2",
                FormattableString.Invariant($"{header.Format}, with 0x{header.Sequence:X} and 0x{header.SlotBytes:X} behind it"),
                "Use a version that knows this format.");
        }
    }

    // The checksum field counts as zero.
    private static uint Checksum(LayoutDescriptionLayout header, ReadOnlySpan<byte> text)
    {
        header.Checksum = 0;
        uint crc = Crc32C.Append(Crc32C.Seed, Blittable.AsBytes(in header));
        return ~Crc32C.Append(crc, text);
    }

    // The older ones are what a program has to read; its own it knows.
    private string Lines()
    {
        int left = MaxTextBytes - Older.Sum(o => Encoding.UTF8.GetByteCount(o) + 1);
        return string.Join('\n', Older.Prepend(Older.Count == 0 ? Text : CutOff(Text, left)));
    }

    private static string CutOff(string text, int maxBytes)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        if (bytes.Length <= maxBytes)
        {
            return text;
        }

        int end = bytes.AsSpan(0, maxBytes - CutMark.Length).LastIndexOf((byte)' ') + 1;
        return Encoding.UTF8.GetString(bytes, 0, end) + CutMark;
    }
}
