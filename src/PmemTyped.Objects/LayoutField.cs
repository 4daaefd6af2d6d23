using System.Globalization;

namespace PmemTyped.Objects;

/// <summary>One field of a layout description: <c>8:Balance:i64</c>. A reserved one is named "-".</summary>
internal readonly record struct LayoutField(int Offset, string Name, string Wire)
{
    private const string HashKey = " hash=";
    private const string VariableMark = "[..";

    internal bool IsReserved => Name == "-";

    /// <summary>Gets a value indicating whether a record ends behind what is used of it.</summary>
    internal bool IsVariable => Wire.EndsWith(']') && (IsBytes || Wire.StartsWith("text[", StringComparison.Ordinal))
        && Wire.Contains(VariableMark, StringComparison.Ordinal);

    /// <summary>Gets the bytes that a record keeps of it when it is empty, where it is variable.</summary>
    internal int LeastBytes => IsBytes ? VariableBytes.PrefixBytes : 0;

    private bool IsBytes => Wire.EndsWith(']') && Wire.StartsWith("bytes[", StringComparison.Ordinal);

    /// <summary>The fields of a description by rising offset; those behind a cut are missing.</summary>
    internal static IReadOnlyList<LayoutField> Parse(string text)
    {
        var fields = new List<LayoutField>();
        int brace = text.IndexOf('{', StringComparison.Ordinal);
        foreach (string field in brace < 0 ? [] : text[(brace + 1)..].Split(' '))
        {
            string[] parts = field.Split(':', 3);
            if (parts.Length == 3 && int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out int offset))
            {
                fields.Add(new LayoutField(offset, parts[1], parts[2]));
            }
        }

        return [.. fields.OrderBy(f => f.Offset)];
    }

    /// <summary>What stands before the fields: name, version, size, alignment, fingerprint.</summary>
    internal static string HeadOf(string text)
    {
        int brace = text.IndexOf('{', StringComparison.Ordinal);
        return (brace < 0 ? text : text[..brace]).Trim();
    }

    /// <summary>The name on media, which is the head up to the version.</summary>
    internal static string NameOf(string text)
    {
        string head = HeadOf(text);
        int end = head.IndexOf('@', StringComparison.Ordinal);
        return end < 0 ? head : head[..end];
    }

    /// <summary>The version, or 0 where there is none.</summary>
    internal static int VersionOf(string text)
    {
        string head = HeadOf(text);
        int start = head.IndexOf('@', StringComparison.Ordinal) + 1;
        int end = head.IndexOf(' ', start);
        return start > 0 && end > start && int.TryParse(head.AsSpan(start, end - start), NumberStyles.None, CultureInfo.InvariantCulture, out int version)
            ? version
            : 0;
    }

    /// <summary>The fingerprint, or null where there is none.</summary>
    internal static ulong? HashOf(string text)
    {
        string head = HeadOf(text);
        int start = head.IndexOf(HashKey, StringComparison.Ordinal) + HashKey.Length;
        return start >= HashKey.Length
            && ulong.TryParse(head.AsSpan(start), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ulong hash)
            ? hash
            : null;
    }

    /// <summary>Whether it is the last field of an older version, of variable length, with no less room.</summary>
    internal bool HasGrownFrom(LayoutField older) =>
        IsVariable && older.IsVariable && IsBytes == older.IsBytes && SizeOf() >= older.SizeOf();

    /// <summary>Bytes that the wire type takes, or null for one whose size the text does not tell.</summary>
    internal int? SizeOf()
    {
        string wire = Wire.TrimEnd('!').Replace(VariableMark, "[", StringComparison.Ordinal);
        int bracket = wire.EndsWith(']') ? wire.LastIndexOf('[') : -1;
        int count = 1;
        if (bracket > 0 && !int.TryParse(wire.AsSpan(bracket + 1, wire.Length - bracket - 2), NumberStyles.None, CultureInfo.InvariantCulture, out count))
        {
            return null;
        }

        int? elementBytes = (bracket > 0 ? wire[..bracket] : wire) switch
        {
            "i8" or "u8" or "text" or "bytes" => 1,
            "i16" or "u16" or "f16" => 2,
            "i32" or "u32" or "f32" or "date" or "rune" => 4,
            "i64" or "u64" or "f64" or "time" or "span" => 8,
            "i128" or "u128" or "guid" => 16,
            string other => other.StartsWith("ptr", StringComparison.Ordinal) ? 8 : null,
        };
        return (elementBytes * count) + (IsBytes ? VariableBytes.PrefixBytes : 0);
    }
}
