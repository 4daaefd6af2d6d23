using System.Globalization;
using PmemTyped.Schema;

namespace PmemTyped.Generators;

// The struct's other part: storage attribute and the facts of IPersistentLayout.
public sealed partial class PersistentLayoutGenerator
{
    private const string Bytes = "global::System.ReadOnlySpan<byte>";

    private static void WriteLayoutTable(CodeWriter writer, LayoutModel layout)
    {
        writer.Line($"// {layout.LayoutName} v{layout.Version}, {layout.Size} bytes, alignment {layout.Alignment}");
        writer.Plain("//   offset  length  field");
        foreach (FieldModel field in layout.Fields)
        {
            string name = field.IsReserved ? "(reserved)" : $"{field.Name} : {field.Wire}";
            string mark = field.IsPublish ? " (publish)" : "";
            writer.Line($"//   {field.Offset,6}  {field.Shape.Size,6}  {name}{mark}");
        }
    }

    private static void WriteLayoutPart(CodeWriter writer, LayoutModel layout)
    {
        writer.Plain(GeneratedCode);
        if (layout.WritesStructLayout)
        {
            string kind = layout.WritesOffsets ? "Explicit" : "Sequential";
            writer.Line($"[global::System.Runtime.InteropServices.StructLayout(global::System.Runtime.InteropServices.LayoutKind.{kind}, Size = {layout.Size})]");
        }

        string contract = layout.HasRecords ? "IBlockRecord" : "IPersistentLayout";
        writer.Line($"partial {layout.Identity.Keyword} {layout.Identity.Name} : global::PmemTyped.{contract}<{layout.Identity.Reference}>");
        writer.Open();
        WriteMapped(writer, layout);
        if (layout.HasFieldSet)
        {
            WriteFieldSet(writer, layout);
            writer.Blank();
        }

        WriteFacts(writer, layout);
        writer.Blank();
        WriteFieldNames(writer, layout);
        writer.Blank();
        WriteVerification(writer, layout);
        WriteReferences(writer, layout);
        if (layout.HasRecords)
        {
            writer.Blank();
            WriteRecord(writer, layout);
            if (layout.Steps.Count > 0)
            {
                writer.Blank();
                WriteMigration(writer, layout);
            }
        }

        writer.Blank();
        WritePayloadCodec(writer, layout);
        writer.Close();
    }

    private static void WriteFacts(CodeWriter writer, LayoutModel layout)
    {
        FieldModel[] named = [.. layout.NamedFields];
        string ranges = string.Join(", ", named.Select(f => Invariant($"{f.Offset}, {f.Shape.Size}")));
        string lines = layout.HasFieldLines
            ? string.Join(", ", named.Select(f => Invariant($"0x{LinesOf(f):X}UL")))
            : "";
        writer.Line($$"""
            public static {{Bytes}} LayoutName => "{{layout.LayoutName}}"u8;
            public static int LayoutVersion => {{layout.Version}};
            public static ulong LayoutHash => 0x{{layout.Hash:X16}}UL;
            public static {{Bytes}} LayoutDescription => "{{LayoutText.Description(layout)}}"u8;
            public static int Size => {{layout.Size}};
            public static int Alignment => {{layout.Alignment}};
            public static global::System.ReadOnlySpan<int> FieldRanges => [{{ranges}}];
            public static global::System.ReadOnlySpan<ulong> FieldLines => [{{lines}}];
            """);
    }

    private static void WriteFieldNames(CodeWriter writer, LayoutModel layout)
    {
        writer.Plain("public static string FieldName(int index) => index switch");
        writer.Open();
        int index = 0;
        foreach (FieldModel field in layout.NamedFields)
        {
            writer.Line($"{index} => \"{field.Name}\",");
            index++;
        }

        writer.Plain("_ => throw new global::System.ArgumentOutOfRangeException(nameof(index)),");
        writer.Close(";");
    }

    private static void WriteVerification(CodeWriter writer, LayoutModel layout)
    {
        string type = layout.Identity.Reference;
        writer.Plain("public static void VerifyLayout()");
        writer.Open();
        writer.Line($"{type} probe = default;\nglobal::PmemTyped.LayoutGuard.Size<{type}>({layout.Size});");
        foreach (FieldModel field in layout.Fields)
        {
            writer.Line($"global::PmemTyped.LayoutGuard.Offset(in probe, in probe.{field.StorageName}, {field.Offset}, \"{field.Name}\");");
        }

        writer.Close();
    }

    // Only where there is something to visit; otherwise the interface's own member does nothing.
    private static void WriteReferences(CodeWriter writer, LayoutModel layout)
    {
        string[] visits =
        [
            .. layout.Fields.Select(f => f.Shape)
                .Where(s => s.PointsTo is not null || s.Kind == FieldKind.Nested)
                .Select(s => s.PointsTo is { } target ? $"visitor.Reference<{target}>();" : $"visitor.Nested<{s.TypeName}>();")
                .Distinct(),
        ];
        if (visits.Length == 0)
        {
            return;
        }

        writer.Blank();
        writer.Plain("public static void VisitReferences(global::PmemTyped.ILayoutVisitor visitor)");
        writer.Open();
        foreach (string visit in visits)
        {
            writer.Plain(visit);
        }

        writer.Close();
    }

    private static ulong LinesOf(FieldModel field)
    {
        ulong lines = 0;
        for (int line = field.Offset / LayoutModel.LineBytes; line <= (field.End - 1) / LayoutModel.LineBytes; line++)
        {
            lines |= 1UL << line;
        }

        return lines;
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
