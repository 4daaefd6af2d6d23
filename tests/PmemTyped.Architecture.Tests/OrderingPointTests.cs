using System.Reflection;
using System.Text.RegularExpressions;
using PmemTyped.Mapping;

namespace PmemTyped.Architecture.Tests;

/// <summary>Every ordering point is earned: argued, used, and missed by a crash test when it is left out.</summary>
public sealed partial class OrderingPointTests
{
    private static readonly Named[] s_points =
    [
        .. BuiltAssembly.All.SelectMany(a => a.Load().GetTypes().SelectMany(t => t
            .GetFields(BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static | BindingFlags.DeclaredOnly)
            .Where(f => f.FieldType == typeof(OrderingPoint))
            .Select(f => new Named(a.Project, t, f, (OrderingPoint)f.GetValue(null)!)))),
    ];

    [Fact]
    public void Every_ordering_point_is_declared_in_the_ordering_class_of_its_protocol()
    {
        Golden.None(
            "In another kind of class, or under another name than its number",
            s_points.Where(p => !p.Class.Name.EndsWith("Ordering", StringComparison.Ordinal)
                    || p.Field.Name != FormattableString.Invariant($"P{p.Point.Number}"))
                .Select(p => $"{p.Class.Name}.{p.Field.Name} is {p.Point}"));
        Assert.NotEmpty(s_points);
    }

    [Fact]
    public void Every_protocol_counts_its_ordering_points_from_one_and_uses_no_number_twice() => Golden.None(
        "Protocols with gaps or twins",
        s_points.GroupBy(p => p.Point.Protocol)
            .Where(g => !g.Select(p => p.Point.Number).Order().SequenceEqual(Enumerable.Range(1, g.Count())))
            .Select(g => g.Key));

    [Fact]
    public void Every_ordering_point_is_used_at_a_call() => Golden.None(
        "Not used",
        s_points.Where(p => !BuiltAssembly.All.SelectMany(a => a.Uses).Any(u =>
                u.Type == p.Class.FullName && u.Member == p.Field.Name && u.User != p.Class.FullName))
            .Select(p => $"{p.Class.Name}.{p.Field.Name}"));

    [Fact]
    public void Every_ordering_point_is_argued_in_the_comment_of_its_class() => Golden.None(
        "Not described",
        s_points.Where(p => !Regex.IsMatch(
                XmlDocumentation.Of(p.Project).Sentences($"T:{p.Class.FullName}"),
                FormattableString.Invariant($@"\bP{p.Point.Number}: \w")))
            .Select(p => $"{p.Class.Name}: {p.Field.Name}"));

    [Fact]
    public void Every_ordering_point_is_argued_in_a_design_document()
    {
        string designs = string.Join('\n', Repository.Files("*.md", "docs/design").Select(Repository.Read));

        Golden.None(
            "Not in a table of docs/design",
            s_points.Select(p => p.Point.ToString())
                .Where(name => !designs.Contains($"| {name} |", StringComparison.Ordinal)));
    }

    [Fact]
    public void No_design_document_argues_an_ordering_point_that_does_not_exist() => Golden.None(
        "In docs/design only",
        Repository.Files("*.md", "docs/design")
            .SelectMany(f => DesignRow().Matches(Repository.Read(f)).Select(m => m.Groups[1].Value))
            .Except(s_points.Select(p => p.Point.ToString())));

    // The tests of BTT give the number alone; those of the other protocols name it in their data.
    [Fact]
    public void Leaving_out_an_ordering_point_is_the_case_of_a_crash_test()
    {
        string tests = string.Join('\n', Repository.Files("*.cs", "tests/PmemTyped.Crash.Tests").Select(Repository.Read));
        string[] elided =
        [
            .. ElidedByName().Matches(tests).Select(m => $"{m.Groups[1].Value} P{m.Groups[2].Value}"),
            .. ElidedByNumber().Matches(tests).Select(m => $"BTT P{m.Groups[1].Value}"),
        ];

        Assert.Equal(7, LeavingOut().Count(tests));
        Golden.SameLines("Ordering points that a crash test leaves out", s_points.Select(p => p.Point.ToString()), elided);
    }

    [Fact]
    public void Above_every_persist_and_drain_a_comment_says_what_a_crash_before_it_leaves() => Golden.None(
        "Without '// Pn: crash before here'",
        Repository.Files("*.cs", "src").SelectMany(Uncommented));

    private static IEnumerable<string> Uncommented(string file)
    {
        string[] lines = Repository.Read(file).Split('\n');
        for (int i = 0; i < lines.Length; i++)
        {
            Match point = PointInCode().Match(lines[i]);
            if (!point.Success || lines[i].TrimStart().StartsWith("//", StringComparison.Ordinal))
            {
                continue;
            }

            int start = i;
            while (!Target().IsMatch(lines[start]) && !IsEndOfStatement(lines[start - 1]))
            {
                start--;
            }

            bool isBarrier = Barrier().IsMatch(lines[start]);
            if (isBarrier && !lines[start - 1].Contains($"// {point.Groups[1].Value}: crash before here", StringComparison.Ordinal))
            {
                yield return FormattableString.Invariant($"{file}, line {i + 1}: {point.Value}");
            }
        }
    }

    // What passes a point on is no barrier; the call that it ends in is looked at.
    private static bool IsEndOfStatement(string line) => line.TrimEnd() is [.., ';' or '{' or '}'];

    [GeneratedRegex(@"\b\w+Ordering\.(P\d+)")]
    private static partial Regex PointInCode();

    // A wave is flushes of a medium with one drain.
    [GeneratedRegex(@"(edium|\bwave)\.")]
    private static partial Regex Target();

    [GeneratedRegex(@"(edium|\bwave)\.(Persist|Drain)\(")]
    private static partial Regex Barrier();

    [GeneratedRegex(@"\[InlineData\(""([A-Z]+)"", (\d+),")]
    private static partial Regex ElidedByName();

    [GeneratedRegex(@"\[InlineData\((\d+), nameof\(BlockScenarios\.")]
    private static partial Regex ElidedByNumber();

    [GeneratedRegex("public void Leaving_out_an_ordering_point_is_noticed")]
    private static partial Regex LeavingOut();

    [GeneratedRegex(@"^\| ([A-Z]+ P\d+) \|", RegexOptions.Multiline)]
    private static partial Regex DesignRow();

    private sealed record Named(SourceProject Project, Type Class, FieldInfo Field, OrderingPoint Point);
}
