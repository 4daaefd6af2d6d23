// Holds one idea: a layout as text. Two texts exist: the description, which is the line of the lock file and carries
// C# names, and the wire text, which is what the hash covers and carries none. Both are on-media format.
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace PmemTyped.Schema;

internal static class LayoutText
{
    /// <summary>One line, field names and reserved fields included.</summary>
    internal static string Description(LayoutModel layout)
    {
        StringBuilder text = Head(layout.LayoutName, layout.Version, layout.Size, layout.Alignment);
        text.Append(" hash=").Append(HashText(layout.Hash)).Append(" {");
        foreach (FieldModel field in layout.Fields)
        {
            text.Append(' ').Append(field.Offset.ToString(CultureInfo.InvariantCulture)).Append(':')
                .Append(field.IsReserved ? "-" : field.Name).Append(':').Append(WireOf(field));
        }

        return text.Append(" }").ToString();
    }

    /// <summary>
    /// What the hash covers. Reserved fields are left out: reserved and hidden padding are both zeros on media, so
    /// giving padding a name keeps the hash.
    /// </summary>
    internal static string Wire(
        string name, int version, int size, int alignment, IEnumerable<FieldModel> fields)
    {
        StringBuilder text = Head(name, version, size, alignment).Append(" {");
        foreach (FieldModel field in fields.Where(f => !f.IsReserved))
        {
            text.Append(' ').Append(field.Offset.ToString(CultureInfo.InvariantCulture)).Append(':')
                .Append(WireOf(field));
        }

        return text.Append(" }").ToString();
    }

    /// <summary>
    /// The first eight bytes of SHA-256 over the UTF-8 of the wire text, read big-endian: the sixteen digits in
    /// the lock file are the first sixteen of the digest.
    /// </summary>
    internal static ulong Hash(string wire)
    {
        using var sha = SHA256.Create();
        byte[] digest = sha.ComputeHash(Encoding.UTF8.GetBytes(wire));
        return digest.Take(sizeof(ulong)).Aggregate(0UL, (hash, next) => (hash << 8) | next);
    }

    internal static string HashText(ulong hash) => hash.ToString("x16", CultureInfo.InvariantCulture);

    /// <summary>The wire type of a field; that of a publish field ends in "!".</summary>
    internal static string WireOf(FieldModel field) => field.Wire + (field.IsPublish ? "!" : "");

    /// <summary>Whether a field of variable length has the same type as before and no less room.</summary>
    internal static bool HasGrown(string before, string after) =>
        RoomOf(before) is { } had && RoomOf(after) is { } has && had <= has
        && before.Substring(0, before.IndexOf('[')) == after.Substring(0, after.IndexOf('['));

    /// <summary>The wire type of a field that is itself a layout.</summary>
    internal static string NestedWire(string name, int version, ulong hash) =>
        name + "@" + version.ToString(CultureInfo.InvariantCulture) + "#" + HashText(hash);

    private static int? RoomOf(string wire)
    {
        int start = wire.IndexOf(FieldModel.VariableMark, StringComparison.Ordinal) + FieldModel.VariableMark.Length;
        return start >= FieldModel.VariableMark.Length && wire.EndsWith("]", StringComparison.Ordinal)
            && int.TryParse(wire.Substring(start, wire.Length - start - 1), NumberStyles.None, CultureInfo.InvariantCulture, out int room)
            ? room
            : null;
    }

    private static StringBuilder Head(string name, int version, int size, int alignment) =>
        new StringBuilder().AppendFormat(
            CultureInfo.InvariantCulture, "{0}@{1} size={2} align={3}", name, version, size, alignment);
}
