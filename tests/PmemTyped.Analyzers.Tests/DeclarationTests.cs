using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using PmemTyped.Generators;

namespace PmemTyped.Analyzers.Tests;

/// <summary>
/// A declaration that cannot work gets a diagnostic of its own, and never an error in a file that its author did not write.
/// </summary>
public class DeclarationTests
{
    private const string GeneratedSuffix = ".PersistentLayout.g.cs";
    private const string L = "[PersistentLayout(\"s\")] ";

    private static readonly (string Rule, string Name, string Source)[] s_more =
    [
        ("PMT0001", "mapped layout that is not partial", L + "public struct S { public partial bool A { get; set; } }"),
        ("PMT0002", "readonly struct", L + "public readonly partial struct S { public readonly int A; }"),
        ("PMT0002", "layout that is a ref struct", L + "public ref partial struct S { public int A; }"),
        ("PMT0002", "record text", "[Utf8Text(4)] public partial record struct S;"),
        ("PMT0003", "mapped string", L + "public partial struct S { public partial string A { get; set; } }"),
        ("PMT0003", "mapped array", L + "public partial struct S { public partial int[] A { get; set; } }"),
        ("PMT0003", "mapped span", L + "public partial struct S { public partial Span<byte> A { get; set; } }"),
        ("PMT0004", "mapped native integer", L + "public partial struct S { public partial nint A { get; set; } }"),
        ("PMT0004", "mapped nullable native integer", L + "public partial struct S { public partial nint? A { get; set; } }"),
        ("PMT0005", "mapped tuple", L + "public partial struct S { public partial (int, int) A { get; set; } }"),
        ("PMT0005", "mapped foreign struct", L + "public partial struct S { public partial F A { get; set; } } public struct F { public int X; }"),
        ("PMT0005", "mapped nullable of a layout", L + "public partial struct S { public partial N? A { get; set; } } [PersistentLayout(\"n\")] public partial struct N { public int B; }"),
        ("PMT0005", "mapped nullable reference", L + "public partial struct S { [PointsTo<S>] public partial PPtr? A { get; set; } }"),
        ("PMT0005", "mapped reference to nothing", L + "public partial struct S { public partial PPtr A { get; set; } }"),
        ("PMT0006", "mapped inline array of bool", L + "public partial struct S { public partial V A { get; set; } } [InlineArray(2)] public struct V { private bool _e; }"),
        ("PMT0011", "mapped publish field of a mapped type", L + "public partial struct S { [PublishField] public partial DateTime A { get; set; } }"),
        ("PMT0011", "mapped nullable publish field", L + "public partial struct S { [PublishField] public partial ulong? A { get; set; } }"),
        ("PMT0014", "mapped properties in two parts", L + "public partial struct S { public partial int A { get; set; } } public partial struct S { public partial int B { get; set; } }"),
        ("PMT0014", "field and mapped property in two parts", L + "public partial struct S { public int A; } public partial struct S { public partial int B { get; set; } }"),
        ("PMT0015", "mapped property with the name of a cursor's member", L + "public partial struct S { public partial int Value { get; set; } }"),
        ("PMT0015", "field with the name of an enum's own member", L + "public partial struct S { public int value__; }"),
        ("PMT0015", "member with the name of storage", L + "public partial struct S { public partial int A { get; set; } public static int __A; }"),
        ("PMT0015", "method that is generated too", L + "public partial struct S { public int A; public static void VerifyLayout() { } }"),
        ("PMT0015", "method with the name of a property", L + "public partial struct S { public int A; public static void Alignment() { } }"),
        ("PMT0015", "serializer that is generated too", L + "public partial struct S { public int A; public static void Write(in S value, Span<byte> block) { } }"),
        ("PMT0015", "text with a ToString of its own", "[Utf8Text(4)] public partial struct S { public override string ToString() => \"\"; }"),
        ("PMT0015", "text with an equality of its own", "[Utf8Text(4)] public partial struct S { public bool Equals(S other) => true; }"),
        ("PMT0016", "automatic layout with mapped properties", L + "[StructLayout(LayoutKind.Auto)] public partial struct S { public partial int A { get; set; } }"),
        ("PMT0018", "mapped property without setter", L + "public partial struct S { public partial int A { get; } }"),
        ("PMT0018", "mapped property without getter", L + "public partial struct S { public partial int A { set; } }"),
        ("PMT0018", "mapped property with init", L + "public partial struct S { public partial int A { get; init; } }"),
        ("PMT0018", "mapped property with a private setter", L + "public partial struct S { public partial int A { get; private set; } }"),
        ("PMT0018", "readonly mapped property", L + "public partial struct S { public readonly partial int A { get; set; } }"),
        ("PMT0018", "partial indexer", L + "public partial struct S { public int A; public partial int this[int i] { get; set; } }"),
        ("PMT0018", "mapped reference", L + "public partial struct S { public int A; public partial ref int B { get; } }"),
        ("PMT0019", "field behind a mapped property", L + "public partial struct S { public partial int A { get; set; } public int B; }"),
        ("PMT0019", "obsolete field that is an error", L + "public partial struct S { [Obsolete(\"no\", true)] public int A; }"),
        ("PMT0019", "experimental layout", "[System.Diagnostics.CodeAnalysis.Experimental(\"X1\")] " + L + "public partial struct S { public int A; }"),
        ("PMT0019", "field of an obsolete type", L + "public partial struct S { public E A; } [Obsolete(\"no\", true)] public enum E : int { None }"),
        ("PMT0019", "class beside the layout exists", L + "public partial struct S { public int A; } public static class SPersistence;"),
        ("PMT0019", "two layouts with one class beside them", "public partial class C { " + L + "public partial struct S { public int A; } } [PersistentLayout(\"c\")] public partial struct C_S { public int A; }"),
        ("PMT0019", "layout of nothing but static members", L + "public partial struct S { public static int A; }"),
        ("PMT0019", "alignment that no field can have", "[PersistentLayout(\"s\", Alignment = 2)] public partial struct S { public partial decimal A { get; set; } }"),
        ("PMT0019", "variable field that is not the last", L + "[BlockRecord] public partial struct S { [VariableLength] public N A; public byte B; } [Utf8Text(4)] public partial struct N;"),
        ("PMT0019", "variable field that is no text", L + "[BlockRecord] public partial struct S { [VariableLength] public int A; }"),
        ("PMT0019", "variable field that is reserved", L + "[BlockRecord] public partial struct S { public int B; [Reserved] [VariableLength] public N A; } [Utf8Text(4)] public partial struct N;"),
        ("PMT0019", "variable field of what is no record", L + "public partial struct S { [VariableLength] public partial N A { get; set; } } [VariableBytes(4)] public partial struct N;"),
        ("PMT0019", "two variable fields", L + "[BlockRecord] public partial struct S { [VariableLength] public N A; [VariableLength] public N B; } [Utf8Text(4)] public partial struct N;"),
        ("PMT0019", "variable bytes without capacity", "[VariableBytes(0)] public partial struct S;"),
        ("PMT0019", "variable bytes of too much capacity", "[VariableBytes(65536)] public partial struct S;"),
        ("PMT0019", "both a text and variable bytes", "[Utf8Text(4)] [VariableBytes(4)] public partial struct S;"),
        ("PMT0015", "variable bytes with a length of their own", "[VariableBytes(4)] public partial struct S { public int Length => 3; }"),
        ("PMT0015", "variable bytes with a span of their own", "[VariableBytes(4)] public partial struct S { public byte[] AsSpan() => []; }"),
        ("PMT5001", "record that does not fit when it is full", L + "[BlockRecord(BlockSize = 512)] public partial struct S { public long Id; [VariableLength] public N A; } [Utf8Text(480)] public partial struct N;"),
        ("PMT5001", "packed records that do not fit when they are full", L + "[BlockRecord(BlockSize = 512, Pack = true)] public partial struct S { [VariableLength] public N A; } [VariableBytes(230)] public partial struct N;"),
        ("PMT5001", "record of mapped properties in a small block", "[PersistentLayout(\"s\")] [BlockRecord(BlockSize = 256)] public partial struct S { public partial decimal A { get; set; } }"),
    ];

    private static readonly (string Rule, string Name, string Source)[] s_rows =
    [
        .. s_more,
        .. LayoutCases.All.Where(c => c.Source.Contains("{|PMT", StringComparison.Ordinal)).Select(c => c with { Source = Markup.Parse(c.Source).Source }),
    ];

    private static readonly Lazy<Task<(Compilation Compilation, ImmutableArray<Diagnostic> Ours)>> s_judged = new(JudgeAsync);

    public static TheoryData<string, string> Rows
    {
        get
        {
            var rows = new TheoryData<string, string>();
            foreach (var (rule, name, _) in s_rows)
            {
                rows.Add(rule, name);
            }

            return rows;
        }
    }

    [Theory]
    [MemberData(nameof(Rows))]
    public async Task A_declaration_that_cannot_work_has_its_diagnostic(string rule, string name)
    {
        var (_, ours) = await s_judged.Value;
        string file = FileOf(Array.FindIndex(s_rows, r => r.Rule == rule && r.Name == name));

        Assert.Contains(rule, ours.Where(d => d.Location.SourceTree?.FilePath == file).Select(d => d.Id));
    }

    [Fact]
    public async Task No_error_lies_in_a_file_that_was_generated()
    {
        var (compilation, ours) = await s_judged.Value;

        Assert.Contains(compilation.SyntaxTrees, t => t.FilePath.EndsWith(GeneratedSuffix, StringComparison.Ordinal));
        Assert.DoesNotContain(ours, d => d.Id == "AD0001");
        Assert.Equal("", string.Join('\n', compilation.GetDiagnostics()
            .Where(d => d.Severity == DiagnosticSeverity.Error && d.Location.SourceTree!.FilePath.EndsWith(GeneratedSuffix, StringComparison.Ordinal))));
    }

    [Fact]
    public void Every_rule_about_declarations_that_is_an_error_has_a_row()
    {
        // PMT0017 judges two layouts together; its rows are among those of the layout rules too.
        string[] missing = [.. Rules.LayoutRules.All.Where(r => r.DefaultSeverity == DiagnosticSeverity.Error).Select(r => r.Id).Except(s_rows.Select(r => r.Rule))];

        Assert.Empty(missing);
    }

    [Fact]
    public async Task In_an_older_language_nothing_is_generated_and_the_reason_is_given()
    {
        var options = new CSharpParseOptions(LanguageVersion.CSharp13);
        Compilation compilation = CSharpCompilation.Create(
            "Old",
            [CSharpSyntaxTree.ParseText("[PmemTyped.PersistentLayout(\"s\")] public partial struct S { public int A; }", options, "Source.cs")],
            AnalyzerRun.References,
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary));

        _ = CSharpGeneratorDriver.Create([new PersistentLayoutGenerator().AsSourceGenerator()], parseOptions: options)
            .RunGeneratorsAndUpdateCompilation(compilation, out Compilation output, out _);

        Assert.Single(output.SyntaxTrees);
        Assert.Contains("PMT9001", (await AnalyzerRun.AnalyzeAsync(output, AnalyzerRun.All)).Select(d => d.Id));
    }

    private static string FileOf(int row) => FormattableString.Invariant($"Row{row}.cs");

    // Each in a namespace and under a name of its own, all in one compilation: starting the compiler costs most.
    private static async Task<(Compilation Compilation, ImmutableArray<Diagnostic> Ours)> JudgeAsync()
    {
        Compilation compilation = AnalyzerRun.Generate(s_rows.Select((r, i) => AnalyzerRun.Parse(
            AnalyzerRun.Usings + FormattableString.Invariant($"namespace Row{i};\n")
            + r.Source.Replace("[PersistentLayout(\"", FormattableString.Invariant($"[PersistentLayout(\"{i}."), StringComparison.Ordinal),
            FileOf(i))));
        return (compilation, await AnalyzerRun.AnalyzeAsync(compilation, AnalyzerRun.All));
    }
}
