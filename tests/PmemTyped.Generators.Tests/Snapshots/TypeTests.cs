using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using PmemTyped.Testing;

namespace PmemTyped.Generators.Tests;

/// <summary>What is written for each type and for each way to declare a layout.</summary>
public class TypeTests
{
    private static readonly string[] s_users = ["CS0169", "CS0282", "CS0649", "CS1591"];

    [Theory]
    [MemberData(nameof(TypeFeatures.Names), MemberType = typeof(TypeFeatures))]
    public Task Output_is_as_verified(string feature) =>
        Verify(GeneratorRun.Run(TypeFeatures.All[feature])).UseTextForParameters(feature);

    [Fact]
    public void All_of_it_compiles_without_a_warning()
    {
        CSharpCompilation compilation = GeneratorRun.Compile([.. TypeFeatures.All.Values]);
        compilation = compilation.WithOptions(compilation.Options.WithAllowUnsafe(true));

        GeneratorRun.Driver().RunGeneratorsAndUpdateCompilation(compilation, out Compilation output, out _);

        Assert.Equal(2 * TypeFeatures.All.Count, output.SyntaxTrees.Count());
        Assert.Equal("", string.Join('\n', output.GetDiagnostics().Where(d => d.Severity > DiagnosticSeverity.Hidden
            && !(d.Location.SourceTree!.FilePath.StartsWith("Source", StringComparison.Ordinal) && s_users.Contains(d.Id)))));
    }
}
