using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using PmemTyped.Testing;

namespace PmemTyped.Generators.Tests;

/// <summary>What an edit costs: which pipeline steps run again after it.</summary>
public class PipelineTests
{
    private const string Layout = """
        [PersistentLayout("s")] public partial struct S { public Kind Kind; public int A; public Name Name; public partial bool? Seen { get; set; } [Reserved] private partial short R { get; set; } }
        [Utf8Text(4)] public partial struct Name;
        """;

    private const string OtherFile = "public enum Kind : uint { None }";

    public static TheoryData<string, string, string, string, string> Edits => new()
    {
        { "nothing", Layout, OtherFile, "Cached", "Cached" },
        { "comment", Layout.Replace("public int A;", "/* new */ public int A;", StringComparison.Ordinal), OtherFile, "Unchanged", "Cached" },
        { "moved down", "\n\n\n" + Layout, OtherFile, "Unchanged", "Cached" },
        { "method added", Layout.Replace("public int A;", "public int A; public void M() { }", StringComparison.Ordinal), OtherFile, "Unchanged", "Cached" },
        { "blank lines", Layout.Replace("public partial struct S", "public\n\n  partial\n struct S", StringComparison.Ordinal), OtherFile, "Unchanged", "Cached" },
        { "summary of a field", Layout.Replace("public int A;", "/// <summary>New.</summary>\npublic int A;", StringComparison.Ordinal), OtherFile, "Unchanged", "Cached" },
        { "type moved below another", "public class Above { }\n" + Layout, OtherFile, "Unchanged", "Cached" },
        { "static member and constant added", Layout.Replace("public int A;", "public int A; public const int N = 1; public static int T;", StringComparison.Ordinal), OtherFile, "Unchanged", "Cached" },
        { "comment in another file", Layout, "// new\n" + OtherFile, "Unchanged", "Cached" },
        { "member of the enum in another file", Layout, OtherFile.Replace("None", "None, Some", StringComparison.Ordinal), "Unchanged", "Cached" },
        { "field of another type", Layout.Replace("int A;", "uint A;", StringComparison.Ordinal), OtherFile, "Modified", "Modified" },
        { "fields in another order", Layout.Replace("public Kind Kind; public int A;", "public int A; public Kind Kind;", StringComparison.Ordinal), OtherFile, "Modified", "Modified" },
        { "field removed", Layout.Replace("public int A; ", "", StringComparison.Ordinal), OtherFile, "Modified", "Modified" },
        { "field reserved", Layout.Replace("public int A;", "[Reserved] public int A;", StringComparison.Ordinal), OtherFile, "Modified", "Modified" },
        { "version", Layout.Replace("(\"s\")", "(\"s\", Version = 2)", StringComparison.Ordinal), OtherFile, "Modified", "Modified" },
        { "accessibility of a field", Layout.Replace("public int A;", "internal int A;", StringComparison.Ordinal), OtherFile, "Modified", "Modified" },
        { "mapped property made readonly", Layout.Replace("{ get;", "{ readonly get;", StringComparison.Ordinal), OtherFile, "Modified", "Modified" },
        { "mapped property of another type", Layout.Replace("bool? Seen", "byte? Seen", StringComparison.Ordinal), OtherFile, "Modified", "Modified" },
        { "unrelated type in another file", Layout, OtherFile + " public class C { }", "Unchanged", "Cached" },
        { "field added", Layout.Replace("public int A;", "public int A; public int B;", StringComparison.Ordinal), OtherFile, "Modified", "Modified" },
        { "field renamed", Layout.Replace("int A;", "int B;", StringComparison.Ordinal), OtherFile, "Modified", "Modified" },
        { "width of an enum in another file", Layout, OtherFile.Replace("uint", "int", StringComparison.Ordinal), "Modified", "Modified" },
        { "capacity of a nested text", Layout.Replace("Utf8Text(4)", "Utf8Text(8)", StringComparison.Ordinal), OtherFile, "Modified", "Modified" },
    };

    [Theory]
    [MemberData(nameof(Edits))]
    public void An_edit_runs_only_the_steps_it_must(string edit, string layout, string otherFile, string parse, string output)
    {
        CSharpCompilation before = GeneratorRun.Compile(Layout, OtherFile);
        CSharpCompilation after = edit == "nothing"
            ? before
            : Replace(Replace(before, 0, layout), 1, otherFile);

        GeneratorDriver driver = GeneratorRun.Driver().RunGenerators(before).RunGenerators(after);

        GeneratorRunResult result = driver.GetRunResult().Results.Single();
        Assert.Equal(parse, Reason(result.TrackedSteps[TrackingNames.Parse]));
        Assert.Equal(output, Reason(result.TrackedOutputSteps.Values.First()));
    }

    [Fact]
    public void A_new_file_leaves_everything_cached()
    {
        CSharpCompilation before = GeneratorRun.Compile(Layout, OtherFile);
        CSharpCompilation after = before.AddSyntaxTrees(GeneratorRun.Parse("public class Unrelated { }", "Added.cs"));

        GeneratorRunResult result = GeneratorRun.Driver().RunGenerators(before).RunGenerators(after).GetRunResult().Results.Single();

        Assert.Equal("Unchanged", Reason(result.TrackedSteps[TrackingNames.Parse]));
        Assert.Equal("Unchanged", Reason(result.TrackedSteps[TrackingNames.TextParse]));
        Assert.All(result.TrackedOutputSteps.Values, steps => Assert.Equal("Cached", Reason(steps)));
    }

    private static CSharpCompilation Replace(CSharpCompilation compilation, int index, string source)
    {
        SyntaxTree old = compilation.SyntaxTrees[index];
        SyntaxTree current = GeneratorRun.Parse(source, old.FilePath);
        return current.ToString() == old.ToString() ? compilation : compilation.ReplaceSyntaxTree(old, current);
    }

    // The strongest reason counts: one modified output among several is a modified output.
    private static string Reason(IEnumerable<IncrementalGeneratorRunStep> steps)
    {
        var reasons = steps.SelectMany(s => s.Outputs).Select(o => o.Reason).ToHashSet();
        return new[] { IncrementalStepRunReason.Modified, IncrementalStepRunReason.New, IncrementalStepRunReason.Removed, IncrementalStepRunReason.Unchanged }
            .Where(reasons.Contains)
            .DefaultIfEmpty(IncrementalStepRunReason.Cached)
            .First()
            .ToString();
    }
}
