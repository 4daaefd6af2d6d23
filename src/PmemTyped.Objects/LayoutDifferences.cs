namespace PmemTyped.Objects;

/// <summary>Compares two layout descriptions field by field, for messages.</summary>
internal static class LayoutDifferences
{
    /// <summary>One line for everything that differs.</summary>
    /// <param name="stored">The description in the pool.</param>
    /// <param name="current">The description of the program.</param>
    internal static IReadOnlyList<string> Between(string stored, string current)
    {
        var differences = new List<string>();
        string storedHead = LayoutField.HeadOf(stored);
        string currentHead = LayoutField.HeadOf(current);
        if (storedHead != currentHead)
        {
            differences.Add($"layout: the pool has {storedHead}, the program {currentHead}");
        }

        IReadOnlyList<LayoutField> inPool = LayoutField.Parse(stored);
        IReadOnlyList<LayoutField> inProgram = LayoutField.Parse(current);
        foreach (int offset in inPool.Concat(inProgram).Select(f => f.Offset).Distinct().Order())
        {
            string before = At(inPool, offset);
            string after = At(inProgram, offset);
            if (before != after)
            {
                differences.Add(FormattableString.Invariant(
                    $"offset {offset}: the pool has {before}, the program {after}"));
            }
        }

        differences.AddRange(
            from field in inPool
            where !field.IsReserved
            from other in inProgram
            where other.Name == field.Name && (other.Offset != field.Offset || other.Wire != field.Wire)
            select Describe(field, other));
        if (stored.EndsWith("...", StringComparison.Ordinal))
        {
            differences.Add("the pool keeps no more of its description; further fields may differ");
        }

        return differences;
    }

    private static string Describe(LayoutField before, LayoutField after) => before.Offset == after.Offset
        ? $"field {before.Name}: its type changed from {before.Wire} to {after.Wire}"
        : before.Wire == after.Wire
        ? FormattableString.Invariant($"field {before.Name}: it moved from offset {before.Offset} to {after.Offset}")
        : FormattableString.Invariant(
            $"field {before.Name}: it moved from offset {before.Offset} to {after.Offset}, and its type changed from {before.Wire} to {after.Wire}");

    private static string At(IReadOnlyList<LayoutField> fields, int offset)
    {
        LayoutField? found = fields.Where(f => f.Offset == offset).Cast<LayoutField?>().FirstOrDefault();
        return found is not { } field ? "nothing"
            : field.IsReserved ? $"-: {field.Wire}"
            : $"{field.Name}: {field.Wire}";
    }
}
