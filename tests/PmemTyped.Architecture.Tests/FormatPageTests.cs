using System.Text;

namespace PmemTyped.Architecture.Tests;

/// <summary>The tables of docs/format are printed from the structs, so they cannot drift.</summary>
public sealed class FormatPageTests
{
    private const string End = "<!-- end -->";

    private static readonly Dictionary<string, string> s_pages = new()
    {
        ["PartHeaderLayout"] = "part-header",
        ["ShutdownStateLayout"] = "shutdown-state",
        ["BlockDescriptorLayout"] = "block-descriptor",
        ["BttInfoLayout"] = "btt-info",
        ["BttFlogLayout"] = "btt-flog",
        ["RecordHeaderLayout"] = "record-header",
        ["LayoutDescriptionLayout"] = "layout-description",
        ["RegionHeaderLayout"] = "region-header",
        ["TypeEntryLayout"] = "region-type",
        ["LaneHeaderLayout"] = "region-lane",
        ["LogEntryLayout"] = "region-log-entry",
        ["ArrayHeaderLayout"] = "region-array",
        ["FrameHeaderLayout"] = "replica-frame",
        ["ControlRequestLayout"] = "replica-control-request",
        ["ControlAnswerLayout"] = "replica-control-answer",
        ["ReplicaMetadataLayout"] = "replica-metadata",
        ["MissedRegionsLayout"] = "missed-regions",
        ["RemotePoolAttributes"] = "remote-pool-attributes",
    };

    [Fact]
    public void Every_on_media_struct_has_a_page_and_every_page_a_struct()
    {
        Golden.SameLines("Structs with pages", MediaStruct.All.Select(s => s.Name), s_pages.Keys);
        Golden.SameLines(
            "Pages in docs/format",
            s_pages.Values.Select(p => $"docs/format/{p}.md"),
            Repository.Files("*.md", "docs/format"));
    }

    [Fact]
    public void Every_page_shows_the_struct_as_it_is()
    {
        foreach (MediaStruct media in MediaStruct.All)
        {
            string page = $"docs/format/{s_pages[media.Name]}.md";
            string begin = $"<!-- printed from {media.Name}; do not edit -->";
            string text = Repository.Read(page);
            int start = text.IndexOf(begin, StringComparison.Ordinal);
            int end = text.IndexOf(End, Math.Max(start, 0), StringComparison.Ordinal);
            Assert.True(start >= 0 && end > start, $"{page} lacks the lines '{begin}' and '{End}'.");

            Golden.Verify(page, $"{text[..start]}{begin}\n\n{Print(media)}\n{text[end..]}");
        }
    }

    [Fact]
    public void Every_on_media_field_says_what_it_means() => Golden.None(
        "Fields without a doc comment",
        MediaStruct.All.SelectMany(s => s.Fields
            .Where(f => XmlDocumentation.Of(s.Project).Sentences($"F:{s.Type.FullName}.{f.Name}").Length == 0)
            .Select(f => $"{s.Name}.{f.Name}")));

    private static string Print(MediaStruct media)
    {
        var documentation = XmlDocumentation.Of(media.Project);
        var text = new StringBuilder();
        string drawing = documentation.Drawing($"T:{media.Type.FullName}");
        text.Append("```\n").Append(drawing).Append("\n```\n\n");
        text.Append("| Offset | Bytes | Type | Field | Meaning |\n|---:|---:|---|---|---|\n");
        foreach (MediaField field in media.Fields)
        {
            string meaning = documentation.Sentences($"F:{media.Type.FullName}.{field.Name}");
            text.Append(null, $"| {field.Offset} | {field.SizeBytes} | {MediaStruct.TypeText(field.Field.FieldType)} ")
                .Append(null, $"| {field.Name} | {meaning.Replace("|", "\\|", StringComparison.Ordinal)} |\n");
        }

        text.Append(null, $"\nSize: {media.StatedBytes} bytes.");
        text.Append(media.IsForeign ? " The format is PMDK's.\n" : "\n");
        return text.ToString();
    }
}
