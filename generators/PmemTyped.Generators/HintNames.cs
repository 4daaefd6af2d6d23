// Holds one idea: names of generated files that differ in case alone. C# tells such types apart; the compiler does not tell such
// files apart, and would drop everything that is generated. All but one get a number, which no type name can be.
using PmemTyped.Schema;

namespace PmemTyped.Generators;

internal static class HintNames
{
    /// <summary>The names that another one equals but for case, in ordinal order; nearly always none.</summary>
    internal static EquatableArray<string> Clashes(IReadOnlyList<string> names) => new(
        names.GroupBy(n => n, StringComparer.OrdinalIgnoreCase)
            .Where(g => g.Skip(1).Any())
            .SelectMany(g => g)
            .OrderBy(n => n, StringComparer.Ordinal));

    /// <summary>The name of a file, unlike that of every other.</summary>
    internal static string Distinct(string name, EquatableArray<string> clashes)
    {
        int earlier = clashes.Contains(name)
            ? clashes.TakeWhile(n => n != name).Count(n => n.Equals(name, StringComparison.OrdinalIgnoreCase))
            : 0;
        string stem = name.Substring(0, name.Length - TypeNames.GeneratedFileSuffix.Length);
        return earlier == 0 ? name : FormattableString.Invariant($"{stem}.{earlier + 1}{TypeNames.GeneratedFileSuffix}");
    }
}
