using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using PmemTyped.Testing;

namespace PmemTyped.Generators.Tests;

/// <summary>
/// Generated code must not be noticed: no unsafe code, no implicit usings, nullable on, overflow checks on, warnings
/// are errors. Fields of layouts that nobody writes are the suppressor's affair, not the generator's.
/// </summary>
public class CompileTests
{
    private static readonly string[] s_suppressed = ["CS0169", "CS0282", "CS0649"];

    [Theory]
    [MemberData(nameof(Features.Names), MemberType = typeof(Features))]
    public void Every_feature_compiles_without_a_warning(string feature)
    {
        Compilation output = Complete(GeneratorRun.Compile(Features.All[feature]));

        Assert.Equal("", Complaints(output));
        Assert.True(output.SyntaxTrees.Count() > 1, "nothing was generated");
    }

    [Theory]
    [MemberData(nameof(Features.Names), MemberType = typeof(Features))]
    public void Every_feature_compiles_where_records_are_not_referenced(string feature)
    {
        CSharpCompilation compilation = GeneratorRun.WithoutRecords(GeneratorRun.Compile(Features.All[feature]));

        Compilation output = Complete(compilation);

        Assert.Equal("", Complaints(output));
        Assert.DoesNotContain("IBlockRecord", output.SyntaxTrees.Last().ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Types_whose_names_differ_in_case_alone_get_a_file_each()
    {
        CSharpCompilation compilation = GeneratorRun.Compile("""
            #pragma warning disable CS8981 // a type name of lower case alone
            namespace Shop;
            [PersistentLayout("shop.order")] public partial struct Order { public long Id; }
            [PersistentLayout("shop.order.lower")] public partial struct order { public long Id; }
            [Utf8Text(8)] public partial struct ORDER;
            [VariableBytes(8)] public partial struct OrdeR;
            """);

        GeneratorDriver driver = GeneratorRun.Driver().RunGeneratorsAndUpdateCompilation(compilation, out Compilation output, out _);

        Assert.Equal("", Complaints(output));
        GeneratorRunResult result = driver.GetRunResult().Results.Single();
        Assert.Null(result.Exception);
        Assert.Equal(
            ["Shop.ORDER", "Shop.OrdeR.2", "Shop.Order.3", "Shop.order.4"],
            result.GeneratedSources.Select(s => s.HintName.Replace(".PersistentLayout.g.cs", "", StringComparison.Ordinal))
                .OrderBy(n => n, StringComparer.Ordinal));
    }

    [Fact]
    public void A_plain_nested_layout_of_another_assembly_is_copied_with_the_object()
    {
        Compilation library = Complete(GeneratorRun.Compile("""
            namespace Map;
            [PersistentLayout("map.point")] public partial struct Point { public int X; public int Y; }
            [PersistentLayout("map.spot")] public partial struct Spot { public int X; [Reserved] internal int _reserved0; }
            """));
        using var image = new MemoryStream();
        Assert.True(Lenient(library).WithAssemblyName("Library").Emit(image).Success);

        Compilation output = Complete(GeneratorRun.Compile(
            ["[PersistentLayout(\"line\")] public partial struct Line { public Map.Point From; public Map.Point To; public Map.Spot Mark; }"],
            [MetadataReference.CreateFromImage(image.ToArray())]));

        Assert.Equal("", Complaints(output));
        string text = output.SyntaxTrees.Last().ToString();
        Assert.Contains("PlainBytes.Write(in value, payload, 24)", text, StringComparison.Ordinal);
        Assert.DoesNotContain("Map.Point.WritePayload", text, StringComparison.Ordinal);
        Assert.Contains("Map.Spot.WritePayload", text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_nested_layout_of_another_assembly_keeps_its_size_and_hash()
    {
        Compilation library = Complete(GeneratorRun.Compile("""
            namespace Map;
            [PersistentLayout("map.point", Alignment = 32)]
            [StructLayout(LayoutKind.Explicit, Size = 32)]
            public partial struct Point { [FieldOffset(24)] public int X; [FieldOffset(0)] public long Y; }
            """));
        Assert.Equal("", Complaints(library));
        using var image = new MemoryStream();
        Assert.True(Lenient(library).WithAssemblyName("Library").Emit(image).Success);
        string pointHash = HashOf(library, "map.point@1");

        CSharpCompilation consumer = GeneratorRun.Compile(
            ["[PersistentLayout(\"outer\")] public partial struct Outer { public Map.Point P; public long Q; [Reserved] internal Pad24 _r; } [InlineArray(24)] internal struct Pad24 { private byte _e; }"],
            [MetadataReference.CreateFromImage(image.ToArray())]);
        Compilation output = Complete(consumer);

        Assert.Equal("", Complaints(output));
        Assert.Contains(
            $"outer@1 size=64 align=32 hash={HashOf(output, "outer@1")} {{ 0:P:map.point@1#{pointHash} 32:Q:i64",
            output.SyntaxTrees.Last().ToString(),
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_setter_reports_the_field_it_stores()
    {
        Compilation output = Complete(GeneratorRun.Compile(Features.All["Account"]));
        IMethodSymbol setter = output.GetSymbolsWithName("set_Balance", SymbolFilter.Member)
            .Concat(Extensions(output, "Bank.AccountPersistence").SelectMany(t => t.GetMembers("set_Balance")))
            .OfType<IMethodSymbol>()
            .First();

        AttributeData stores = Assert.Single(setter.GetAttributes());

        Assert.Equal("StoresAttribute", stores.AttributeClass!.Name);
        Assert.Equal("Balance", Assert.Single(stores.ConstructorArguments[0].Values).Value);
    }

    [Theory]
    [InlineData("public partial struct S { public bool A; }")]
    [InlineData("public struct S { public int A; }")]
    [InlineData("public partial struct S { public string A; }")]
    [InlineData("public partial struct S { public Unknown A; }")]
    [InlineData("public partial struct S { public S A; }")]
    [InlineData("public partial struct S;")]
    [InlineData("public partial struct S { public int Size; }")]
    [InlineData("public partial class S { public int A; }")]
    [InlineData("[Utf8Text(4)] public partial struct S;")]
    [InlineData("public partial struct S { public int A; } [PersistentLayout(\"s\")] public partial struct S { }")]
    public void Where_a_layout_is_unusable_the_generator_writes_nothing_and_says_nothing(string declaration)
    {
        GeneratorDriver driver = GeneratorRun.Run("[PersistentLayout(\"s\")] " + declaration);

        GeneratorRunResult result = Assert.Single(driver.GetRunResult().Results);
        Assert.Null(result.Exception);
        Assert.Empty(result.Diagnostics);
        Assert.Empty(result.GeneratedSources);
    }

    private static IEnumerable<INamedTypeSymbol> Extensions(Compilation compilation, string type) =>
        compilation.GetTypeByMetadataName(type)!.GetTypeMembers();

    private static Compilation Complete(CSharpCompilation compilation)
    {
        GeneratorRun.Driver().RunGeneratorsAndUpdateCompilation(compilation, out Compilation output, out var diagnostics);
        Assert.Empty(diagnostics);
        return output;
    }

    private static Compilation Lenient(Compilation compilation) =>
        compilation.WithOptions(((CSharpCompilationOptions)compilation.Options).WithGeneralDiagnosticOption(ReportDiagnostic.Default));

    private static string Complaints(Compilation compilation) => string.Join('\n', compilation.GetDiagnostics()
        .Where(d => d.Severity > DiagnosticSeverity.Hidden && !IsAboutUserField(d))
        .Select(d => d.ToString()));

    // In generated files every warning counts. In the user's, a missing summary is the user's.
    private static bool IsAboutUserField(Diagnostic diagnostic) =>
        diagnostic.Location.SourceTree!.FilePath.StartsWith("Source", StringComparison.Ordinal)
        && (s_suppressed.Contains(diagnostic.Id) || diagnostic.Id == "CS1591");

    private static string HashOf(Compilation compilation, string layout)
    {
        string text = string.Join('\n', compilation.SyntaxTrees);
        int start = text.IndexOf("\"" + layout, StringComparison.Ordinal);
        start = text.IndexOf("hash=", start, StringComparison.Ordinal) + "hash=".Length;
        return text.Substring(start, 16);
    }
}
