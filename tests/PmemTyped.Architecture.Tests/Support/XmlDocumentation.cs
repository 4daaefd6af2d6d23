using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace PmemTyped.Architecture.Tests.Support;

/// <summary>The doc comments of a project, internal members included, as the compiler wrote them beside the assembly.</summary>
internal sealed partial class XmlDocumentation
{
    private readonly Dictionary<string, XElement> _summaries;

    private XmlDocumentation(SourceProject project)
    {
        XDocument document =
            XDocument.Load(Path.Combine(AppContext.BaseDirectory, project.AssemblyName + ".xml"), LoadOptions.PreserveWhitespace);
        _summaries = document.Descendants("member")
            .Where(m => m.Element("summary") is not null)
            .ToDictionary(m => m.Attribute("name")!.Value, m => m.Element("summary")!);
    }

    internal static XmlDocumentation Of(SourceProject project) => new(project);

    /// <summary>The sentences of a summary on one line; empty when there are none.</summary>
    internal string Sentences(string member) => _summaries.TryGetValue(member, out XElement? summary)
        ? Spaces().Replace(string.Concat(summary.Nodes().Where(n => !IsCode(n)).Select(TextOf)), " ").Trim()
        : "";

    /// <summary>The drawing in a summary, without its indentation; empty when there is none.</summary>
    internal string Drawing(string member)
    {
        string code = _summaries.TryGetValue(member, out XElement? summary) ? summary.Element("code")?.Value ?? "" : "";
        string[] lines = [.. code.Split('\n').Select(l => l.TrimEnd()).Where(l => l.Length > 0)];
        int indentation = lines.Length == 0 ? 0 : lines.Min(l => l.Length - l.TrimStart().Length);
        return string.Join('\n', lines.Select(l => l[indentation..]));
    }

    private static bool IsCode(XNode node) => node is XElement { Name.LocalName: "code" };

    // <see cref="T:PmemTyped.Sets.PoolFeatures"/> is shown as its last name.
    private static string TextOf(XNode node) => node switch
    {
        XText text => text.Value,
        XElement element when element.Attribute("cref") is { } cref => $"`{cref.Value[(cref.Value.LastIndexOf('.') + 1)..]}`",
        XElement element => string.Concat(element.Nodes().Select(TextOf)) + " ",
        _ => "",
    };

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();
}
