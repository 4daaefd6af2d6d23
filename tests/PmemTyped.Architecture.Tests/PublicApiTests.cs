namespace PmemTyped.Architecture.Tests;

/// <summary>The public surface of every library is committed, so that a change of it is read by someone.</summary>
public sealed class PublicApiTests
{
    private const string Directory = "tests/Golden/api";

    public static TheoryData<string> Libraries => [.. SourceProject.Libraries.Select(p => p.Name)];

    [Theory]
    [MemberData(nameof(Libraries))]
    public void The_public_surface_is_as_committed(string library) => Golden.Verify(
        $"{Directory}/{library}.txt",
        ApiText.Of(BuiltAssembly.All.Single(a => a.Project.Name == library).Load()));

    [Fact]
    public void No_surface_is_committed_of_a_library_that_is_gone() => Golden.SameLines(
        Directory,
        SourceProject.Libraries.Select(p => $"{Directory}/{p.Name}.txt"),
        Repository.Files("*", Directory));

    [Fact]
    public void The_tool_has_no_public_surface() =>
        Assert.Empty(BuiltAssembly.All.Single(a => a.Project.Name == Layers.Tool).Load().GetExportedTypes());
}
