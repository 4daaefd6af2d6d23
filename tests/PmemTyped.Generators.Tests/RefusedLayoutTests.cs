using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using PmemTyped.Testing;

namespace PmemTyped.Generators.Tests;

/// <summary>
/// Errors of a declaration keep the compiler from calling analyzers, so a layout that is refused must leave none that only the
/// generator could have prevented: the analyzer's reason would not be shown.
/// </summary>
public class RefusedLayoutTests
{
    [Theory]
    [InlineData("public partial bool IsPaid { get; set; } public long Id;")]
    [InlineData("public partial string Name { readonly get; set; }")]
    [InlineData("public partial string? Name { get; set; }")]
    [InlineData("public partial int[]? Numbers { get; set; }")]
    [InlineData("public partial (int A, string? B) Pair { get; set; }")]
    [InlineData("public partial System.Collections.Generic.Dictionary<string, object?> Map { get; set; }")]
    [InlineData("public partial nint Handle { get; set; }")]
    [InlineData("public partial int Id { get; init; }")]
    [InlineData("public partial int Id { get; }")]
    [InlineData("public partial int Id { set; }")]
    [InlineData("public partial int Id { get; private set; }")]
    [InlineData("public required partial int Id { get; set; } public long Behind;")]
    [InlineData("public readonly partial string Name { get; set; }")]
    [InlineData("public partial int @event { get; set; } public @class @struct; public enum @class { }")]
    [InlineData("internal unsafe partial int* Place { get; set; }")]
    public void A_refused_layout_leaves_no_error_of_its_properties(string members)
    {
        string[] errors = ErrorsOf($$"""
            namespace Shop;
            public static partial class Outer
            {
                [PersistentLayout("shop.refused")] public partial struct Refused { {{members}} }
            }
            """);

        Assert.Empty(errors);
    }

    [Theory]
    [InlineData("[PersistentLayout(\"a\")] public partial struct Refused<T> where T : unmanaged { public partial bool On { get; set; } }")]
    [InlineData("public partial class Outer<@in> { [PersistentLayout(\"a\")] public partial struct Refused { public partial bool On { get; set; } } }")]
    [InlineData("[PersistentLayout(\"a\")] public partial record struct Refused(int X) { public partial bool On { get; set; } }")]
    [InlineData("[PersistentLayout(\"a\")] public partial record struct Refused { public partial object On { get; set; } }")]
    [InlineData("[PersistentLayout(\"a\")] public ref partial struct Refused { public partial object On { get; set; } }")]
    [InlineData("[PersistentLayout(\"a\")] public readonly partial struct Refused { public partial object On { get; } }")]
    [InlineData("[PersistentLayout(\"\")] public partial struct Refused { public partial object On { get; set; } }")]
    public void So_does_one_that_is_refused_for_its_declaration(string declaration) => Assert.Empty(ErrorsOf(declaration));

    [Fact]
    public void An_older_language_leaves_no_error_of_the_properties() => Assert.Empty(ErrorsOf(
        "[PersistentLayout(\"a\")] public partial struct Refused { public partial bool On { get; set; } }",
        LanguageVersion.CSharp13));

    [Fact]
    public void Halves_that_the_user_wrote_stay_the_only_ones() => Assert.Empty(ErrorsOf("""
        [PersistentLayout("a")] public partial struct Refused
        {
            public partial bool On { get; set; }
            public partial bool On { get => true; set { } }
            public string Name;
        }
        """));

    [Fact]
    public void Two_refused_layouts_whose_names_differ_in_case_get_a_file_each() => Assert.Empty(ErrorsOf("""
        #pragma warning disable CS8981 // a type name of lower case alone
        [PersistentLayout("a")] public partial struct Refused { public partial object A { get; set; } }
        [PersistentLayout("b")] public partial struct refused { public partial object A { get; set; } }
        """));

    [Fact]
    public void A_layout_that_is_refused_without_properties_gets_no_file() =>
        Assert.Empty(Run("[PersistentLayout(\"a\")] public partial struct Refused { public bool On; }", out _).GeneratedTrees);

    private static string[] ErrorsOf(string source, LanguageVersion language = LanguageVersion.CSharp14)
    {
        GeneratorDriverRunResult result = Run(source, out Compilation output, language);
        Assert.All(result.Results, r => Assert.Null(r.Exception));
        return [.. output.GetDiagnostics().Where(d => d.Severity == DiagnosticSeverity.Error).Select(d => d.ToString())];
    }

    private static GeneratorDriverRunResult Run(string source, out Compilation output, LanguageVersion language = LanguageVersion.CSharp14)
    {
        var options = new CSharpParseOptions(language);
        CSharpCompilation compilation = GeneratorRun.Compile(source);
        compilation = compilation
            .WithOptions(compilation.Options.WithAllowUnsafe(true))
            .RemoveAllSyntaxTrees()
            .AddSyntaxTrees(compilation.SyntaxTrees.Select(t => CSharpSyntaxTree.ParseText(t.ToString(), options, t.FilePath)));
        return CSharpGeneratorDriver.Create([new PersistentLayoutGenerator().AsSourceGenerator()], parseOptions: options)
            .RunGeneratorsAndUpdateCompilation(compilation, out output, out _).GetRunResult();
    }
}
