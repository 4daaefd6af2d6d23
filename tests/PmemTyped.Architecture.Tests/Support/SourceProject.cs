using System.Xml.Linq;

namespace PmemTyped.Architecture.Tests.Support;

/// <summary>What one project file under src says. The shared props files count as part of every project.</summary>
internal sealed record SourceProject(
    string Name, string AssemblyName, IReadOnlyList<string> References, IReadOnlyList<string> Packages, XElement Xml)
{
    private static readonly string[] s_shared =
        ["Directory.Build.props", "Directory.Build.targets", "src/Directory.Build.props", "src/Directory.Build.targets"];

    /// <summary>Gets every project under src, in order of its name.</summary>
    internal static IReadOnlyList<SourceProject> All { get; } =
        [.. Repository.Files("*.csproj", "src").Select(Load)];

    /// <summary>Gets the projects that other programs reference: all but the tool.</summary>
    internal static IReadOnlyList<SourceProject> Libraries { get; } = [.. All.Where(p => p.Name != Layers.Tool)];

    /// <summary>The value of a property that the project file itself sets, or null.</summary>
    internal string? Property(string name) => PropertyOf(Xml, name);

    internal static string? PropertyOf(XElement xml, string name) =>
        xml.Elements("PropertyGroup").Elements(name).LastOrDefault()?.Value;

    private static SourceProject Load(string path)
    {
        XElement xml = XElement.Parse(Repository.Read(path));
        XElement[] all =
            [.. s_shared.Where(s => File.Exists(Repository.PathOf(s))).Select(s => XElement.Parse(Repository.Read(s))), xml];
        string name = Path.GetFileNameWithoutExtension(path);
        return new SourceProject(
            name,
            PropertyOf(xml, "AssemblyName") ?? name,
            Items(all, "ProjectReference", i => IsAnalyzer(i) ? null : Path.GetFileNameWithoutExtension(IncludeOf(i))),
            Items(all, "PackageReference", i => IsBuildOnly(i) ? null : IncludeOf(i)),
            xml);
    }

    private static IReadOnlyList<string> Items(IEnumerable<XElement> all, string kind, Func<XElement, string?> nameOf) =>
    [
        .. all.Elements("ItemGroup").Elements(kind)
            .Where(i => i.Attribute("Include") is not null)
            .Select(nameOf)
            .OfType<string>()
            .Distinct()
            .Order(StringComparer.Ordinal),
    ];

    private static string IncludeOf(XElement item) => item.Attribute("Include")!.Value.Replace('\\', '/');

    // Read by the compiler, and not referenced by what it makes.
    private static bool IsAnalyzer(XElement project) =>
        project.Attribute("OutputItemType")?.Value == "Analyzer" && project.Attribute("ReferenceOutputAssembly")?.Value == "false";

    private static bool IsBuildOnly(XElement package) =>
        (package.Attribute("PrivateAssets")?.Value ?? package.Element("PrivateAssets")?.Value)?
            .Equals("all", StringComparison.OrdinalIgnoreCase) == true;
}
