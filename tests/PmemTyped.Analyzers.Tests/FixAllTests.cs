using System.Globalization;
using Microsoft.CodeAnalysis.CodeFixes;

namespace PmemTyped.Analyzers.Tests;

/// <summary>
/// Fix All of every rule that has it: the case of its fix, three times in one document and twice in another. Nothing of the rule
/// is left, no other rule speaks that was silent, and everything compiles.
/// </summary>
public class FixAllTests
{
    // Each of these changes what the next one of them would need to see; they are offered one by one.
    private static readonly string[] s_single =
    [
        "PMT0005", // moves one field behind the others
        "PMT0008", "PMT0009", "PMT0010", // share the struct that they add for the reserved bytes
        "PMT0015", // renames in all documents
        "PMT1006", // puts the rest of a method into one transaction
        "PMT2003", "PMT2004", "PMT2005", "PMT2006", "PMT3010", // rewrite several statements
        "PMT4003", "PMT4004", "PMT4006", "PMT4007", // lie in the lock file or add a member for one
        "PMT5002", // takes the rest of its block along
        "PMT5005", // declares a local for the record
    ];

    // The layouts of the cases are in no lock file.
    private static readonly string[] s_ignored = ["PMT4001"];

    public static TheoryData<string> Rules => [.. FixRun.FixableIds.Where(FixRun.HasFixAll).Except(LockFileTests.Fixed)];

    [Fact]
    public void Every_rule_has_fix_all_or_a_reason() =>
        Assert.Equal(s_single, FixRun.FixableIds.Where(id => !FixRun.HasFixAll(id)));

    [Theory]
    [MemberData(nameof(Rules))]
    public async Task Fix_all_repairs_one_document_and_leaves_the_other(string id)
    {
        var (before, after, errors) = await FixRun.ApplyAllAsync([Source(id, 0, 3), Source(id, 3, 2)], id, FixAllScope.Document);

        Assert.True(before[0].Count(d => d == id) >= 3);
        Assert.DoesNotContain(id, after[0]);
        Assert.Empty(after[0].Except(before[0]).Except(s_ignored));
        Assert.Equal(Except(id, before[1]), Except(id, after[1]));
        Assert.Empty(errors);
    }

    [Theory]
    [MemberData(nameof(Rules))]
    public async Task Fix_all_repairs_a_solution(string id)
    {
        var (before, after, errors) = await FixRun.ApplyAllAsync([Source(id, 0, 3), Source(id, 3, 2)], id, FixAllScope.Solution);

        Assert.True(before[1].Count(d => d == id) >= 2);
        Assert.All(after, left => Assert.DoesNotContain(id, left));
        Assert.Empty(after.SelectMany(a => a).Except(before.SelectMany(b => b)).Except(s_ignored));
        Assert.Empty(errors);
    }

    // An enum that two documents share is widened for both.
    private static string[] Except(string id, string[] found) => id == "PMT0007" ? [] : found;

    private static string Source(string id, int first, int count)
    {
        var numbers = Enumerable.Range(first, count);
        if (FixCases.Types.FirstOrDefault(c => c.Id == id) is { Before: { } type })
        {
            return AnalyzerRun.Usings + string.Concat(numbers.Select(i => FormattableString.Invariant(
                $"namespace Copy{i}\n{{\n{Numbered(type, i)}\n}}\n\n")));
        }

        string body = FixCases.Bodies.First(c => c.Id == id && c.Action == 0).Before;
        return AnalyzerRun.Usings + "using PmemTyped.Mapping;\n\n" + FormattableString.Invariant($"public static class Case{first}\n{{\n") + string.Concat(numbers.Select(i => FormattableString.Invariant(
            $"    public static void M{i}(Persistent<Account> a, Persistent<Account> b, Persistent<Node> m, PmemMapLease l, bool c, int n)\n    {{\n        {body}\n    }}\n\n"))) + "}\n";
    }

    // Two layouts of one name, and two methods of one name that a contract could be written to, are other cases.
    private static string Numbered(string type, int number)
    {
        string suffix = number.ToString(CultureInfo.InvariantCulture);
        return type.Replace("\"s\"", $"\"s{suffix}\"", StringComparison.Ordinal).Replace("Raw(", $"Raw{suffix}(", StringComparison.Ordinal);
    }
}
