using System.Text;
using System.Xml.Linq;

namespace PmemTyped.Architecture.Tests;

/// <summary>The drawing of the layers holds, in the project files and in what was built of them.</summary>
public sealed class LayerTests
{
    [Fact]
    public void Every_project_of_src_has_a_place_in_the_drawing() => Golden.None(
        "Not placed; say in Layers which layers it may see",
        SourceProject.All.Select(p => p.Name).Where(n => !Layers.IsPlaced(n)));

    [Fact]
    public void A_project_references_only_layers_beneath_it() => Golden.None(
        "References above or beside",
        SourceProject.All.SelectMany(p => p.References
            .Where(r => !Layers.MaySee(p.Name, r))
            .Select(r => $"{p.Name} -> {r}")));

    // The compiler leaves unused references out of an assembly, and transitive ones are missing in project files, so
    // neither source alone is enough.
    [Fact]
    public void An_assembly_uses_only_layers_beneath_it()
    {
        Dictionary<string, string> ours = SourceProject.All.ToDictionary(p => p.AssemblyName, p => p.Name);

        Golden.None(
            "Used above or beside",
            BuiltAssembly.All.SelectMany(a => a.References
                .Where(r => ours.ContainsKey(r) && !Layers.MaySee(a.Project.Name, ours[r]))
                .Select(r => $"{a.Project.Name} -> {r}")));
        Assert.Contains(BuiltAssembly.All, a => a.References.Any(ours.ContainsKey));
    }

    [Fact]
    public void No_layer_has_a_package_at_run_time() => Golden.None(
        "Packages at run time",
        SourceProject.Libraries.SelectMany(p => p.Packages.Select(package => $"{p.Name}: {package}")));

    [Fact]
    public void No_layer_uses_an_assembly_that_is_not_of_the_runtime() => Golden.None(
        "Foreign assemblies",
        BuiltAssembly.All
            .Where(a => a.Project.Name != Layers.Tool)
            .SelectMany(a => a.References
                .Where(r => !r.StartsWith("System.", StringComparison.Ordinal))
                .Where(r => SourceProject.All.All(p => p.AssemblyName != r))
                .Select(r => $"{a.Project.Name}: {r}")));

    [Fact]
    public void The_references_of_all_projects_are_as_committed()
    {
        var text = new StringBuilder("# What every project under src references; packages that only the build needs are left out.\n");
        foreach (SourceProject project in SourceProject.All)
        {
            text.Append(project.Name).Append('\n');
            foreach (string line in project.References.Concat(project.Packages.Select(p => $"package {p}")))
            {
                text.Append("  ").Append(line).Append('\n');
            }
        }

        Golden.Verify("tests/Golden/layers.txt", text.ToString());
    }

    [Fact]
    public void Only_crash_testing_and_tests_are_granted_internals() => Golden.None(
        "Grants of internals",
        SourceProject.All.SelectMany(p => p.Xml.Elements("ItemGroup").Elements("InternalsVisibleTo")
            .Select(i => i.Attribute("Include")!.Value)
            .Where(n => n is not (Layers.CrashTesting or "PmemTyped.Fuzz") && !n.EndsWith(".Tests", StringComparison.Ordinal))
            .Select(n => $"{p.Name} to {n}")));
}
