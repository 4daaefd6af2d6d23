using System.Reflection;
using System.Xml.Linq;

namespace PmemTyped.Architecture.Tests;

/// <summary>What every project under src must be built with.</summary>
public sealed class BuildRuleTests
{
    private static readonly string[] s_guarded =
    [
        "IsAotCompatible", "IsTrimmable", "TreatWarningsAsErrors", "Nullable", "GenerateDocumentationFile", "Deterministic",
        "AnalysisLevel", "NoWarn", "EnableTrimAnalyzer", "EnableAotAnalyzer", "EnableSingleFileAnalyzer",
    ];

    [Fact]
    public void Every_project_of_src_is_built_for_ahead_of_time_compilation()
    {
        string? shared = SourceProject.PropertyOf(
            XElement.Parse(Repository.Read("src/Directory.Build.props")), "IsAotCompatible");

        Assert.Equal("true", shared);
        Golden.None(
            "Trimming is not promised by the assembly",
            BuiltAssembly.All.Where(a => !a.Load().GetCustomAttributes<AssemblyMetadataAttribute>()
                    .Any(m => m.Key == "IsTrimmable" && m.Value == "True"))
                .Select(a => a.Project.Name));
    }

    [Fact]
    public void No_project_of_src_weakens_what_all_are_built_with() => Golden.None(
        "Set again",
        SourceProject.All.SelectMany(p => s_guarded.Where(name => p.Property(name) is not null).Select(n => $"{p.Name}: {n}")));
}
