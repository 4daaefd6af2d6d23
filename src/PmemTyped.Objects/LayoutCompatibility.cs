namespace PmemTyped.Objects;

/// <summary>
/// Whether records of an older version can be read as those of a newer one without a step: fields keep place and type, new
/// ones lie where there were zeros or nothing, the bytes of those given up are not used again. Names may change, and a last
/// field of variable length may get more room.
/// </summary>
internal static class LayoutCompatibility
{
    /// <summary>What forbids it, or null. Both are descriptions.</summary>
    internal static string? Objection(string older, string newer)
    {
        if (LayoutField.NameOf(older) != LayoutField.NameOf(newer))
        {
            return $"its records are '{LayoutField.NameOf(older)}'";
        }

        if (!older.EndsWith('}') || !newer.EndsWith('}'))
        {
            return "the description is too long to hold all fields";
        }

        int? size = Records.LayoutFacts.SizeOf(older);
        int? newSize = Records.LayoutFacts.SizeOf(newer);
        if (size is not { } bytes || newSize is not { } newBytes || bytes > newBytes)
        {
            return FormattableString.Invariant($"its records have {size} bytes, the new ones {newSize}");
        }

        LayoutField[] before = [.. LayoutField.Parse(older).Where(f => !f.IsReserved)];
        LayoutField[] after = [.. LayoutField.Parse(newer).Where(f => !f.IsReserved)];
        return before.Select((field, i) => Objection(field, EndOf(before, i, bytes), after, newBytes))
            .FirstOrDefault(o => o is not null);
    }

    // A type of unknown size is taken to reach up to the next field.
    private static int EndOf(LayoutField[] fields, int i, int size) =>
        fields[i].SizeOf() is { } bytes ? fields[i].Offset + bytes
        : i + 1 < fields.Length ? fields[i + 1].Offset
        : size;

    private static string? Objection(LayoutField field, int end, LayoutField[] after, int newSize)
    {
        int at = Array.FindIndex(after, f => f.Name == field.Name);
        at = at < 0 ? Array.FindIndex(after, f => f.Offset == field.Offset) : at;
        if (at >= 0 && (after[at].Offset != field.Offset || (after[at].Wire != field.Wire && !after[at].HasGrownFrom(field))))
        {
            return FormattableString.Invariant(
                $"field {field.Name} was {field.Wire} at offset {field.Offset}, and {after[at].Name} is {after[at].Wire} at offset {after[at].Offset}");
        }

        for (int i = 0; i < after.Length; i++)
        {
            if (i != at && after[i].Offset < end && field.Offset < EndOf(after, i, newSize))
            {
                return FormattableString.Invariant(
                    $"field {after[i].Name} at offset {after[i].Offset} lies over what was {field.Name} at offset {field.Offset}");
            }
        }

        return null;
    }
}
