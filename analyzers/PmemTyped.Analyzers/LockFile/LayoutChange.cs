using System.Globalization;
using PmemTyped.Schema;

namespace PmemTyped.Analyzers.LockFile;

/// <summary>
/// The difference between a recorded layout and the one in the source. Names count: exchanging two fields of one type
/// keeps every offset and type, and destroys the data.
/// </summary>
internal sealed record LayoutChange(string? Fault, IReadOnlyList<(int Offset, string Before, string After)> Renamed)
{
    internal static LayoutChange Between(LockLine line, LayoutModel model)
    {
        List<LockedField> before = [.. line.Fields.Where(f => !f.IsReserved)];
        List<LockedField> after = [.. model.NamedFields.Select(f => new LockedField(f.Offset, f.Name, LayoutText.WireOf(f)))];
        string head = string.Format(CultureInfo.InvariantCulture, "size={0} align={1}", model.Size, model.Alignment);
        if (!line.Head.StartsWith(head + " ", StringComparison.Ordinal))
        {
            return new LayoutChange($"it has {head}", []);
        }

        foreach (LockedField field in after)
        {
            int moved = before.FindIndex(f => f.Name == field.Name);
            if (moved >= 0 && before[moved] != field)
            {
                return new LayoutChange($"field '{field.Name}' was {Describe(before[moved])} and is {Describe(field)}", []);
            }
        }

        var renamed = new List<(int Offset, string Before, string After)>();
        foreach (LockedField field in after.Except(before))
        {
            int same = before.FindIndex(f => f.Offset == field.Offset && f.Wire == field.Wire);
            if (same < 0)
            {
                return new LayoutChange($"field '{field.Name}' is {Describe(field)}, where nothing of that type was", []);
            }

            renamed.Add((field.Offset, before[same].Name, field.Name));
        }

        List<LockedField> gone = [.. before.Where(f => !after.Contains(f) && !renamed.Any(r => r.Offset == f.Offset))];
        return gone.Count > 0 ? new LayoutChange($"field '{gone[0].Name}' is gone", []) : new LayoutChange(null, renamed);
    }

    /// <summary>
    /// What keeps objects of an older version from being read as they lie: a field that has moved or changed its type. Fields
    /// that are gone left their bytes reserved, new ones took bytes that were zero, a last one of variable length may have grown.
    /// </summary>
    internal static string? Moved(LockLine older, LayoutModel model)
    {
        List<LockedField> after = [.. model.NamedFields.Select(f => new LockedField(f.Offset, f.Name, LayoutText.WireOf(f)))];
        foreach (LockedField before in older.Fields.Where(f => !f.IsReserved))
        {
            int at = after.FindIndex(f => f.Name == before.Name);
            at = at < 0 ? after.FindIndex(f => f.Offset == before.Offset) : at;
            if (at >= 0 && (after[at].Offset != before.Offset || (after[at].Wire != before.Wire && !LayoutText.HasGrown(before.Wire, after[at].Wire))))
            {
                return $"field '{before.Name}' was {Describe(before)} and is {Describe(after[at])}";
            }
        }

        return null;
    }

    private static string Describe(LockedField field) =>
        string.Format(CultureInfo.InvariantCulture, "{0} at offset {1}", field.Wire, field.Offset);
}
