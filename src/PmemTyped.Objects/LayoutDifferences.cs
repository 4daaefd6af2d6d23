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
        (string storedHead, Dictionary<int, string> storedFields) = Parse(stored);
        (string currentHead, Dictionary<int, string> currentFields) = Parse(current);
        if (storedHead != currentHead)
        {
            differences.Add($"layout: the pool has {storedHead}, the program {currentHead}");
        }

        foreach (int offset in storedFields.Keys.Union(currentFields.Keys).Order())
        {
            string inPool = storedFields.GetValueOrDefault(offset, "nothing");
            string inProgram = currentFields.GetValueOrDefault(offset, "nothing");
            if (inPool != inProgram)
            {
                differences.Add(FormattableString.Invariant(
                    $"offset {offset}: the pool has {inPool}, the program {inProgram}"));
            }
        }

        return differences;
    }

    // name@version size=64 align=64 hash=8c1d4f0a53b7e296 { 0:Id:i64 8:Balance:i64 }
    private static (string Head, Dictionary<int, string> Fields) Parse(string text)
    {
        int brace = text.IndexOf('{', StringComparison.Ordinal);
        string head = brace < 0 ? text : text[..brace].Trim();
        var fields = new Dictionary<int, string>();
        foreach (string field in brace < 0 ? [] : text[(brace + 1)..].Split(' '))
        {
            int colon = field.IndexOf(':', StringComparison.Ordinal);
            if (colon > 0 && int.TryParse(field.AsSpan(0, colon), out int offset))
            {
                fields[offset] = field[(colon + 1)..].Replace(":", ": ", StringComparison.Ordinal);
            }
        }

        return (head, fields);
    }
}
