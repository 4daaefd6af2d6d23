using PmemTyped.Schema;

namespace PmemTyped.Generators;

// Records of older layouts: each step asks the layout before it, which asks the one before that. Only where there are
// steps; otherwise the interface's own members read this layout alone.
public sealed partial class PersistentLayoutGenerator
{
    private const string Status = "global::PmemTyped.BlockRecordStatus";

    private static void WriteMigration(CodeWriter writer, LayoutModel layout)
    {
        string type = layout.Identity.Reference;
        writer.Line($"public static {Status} TryReadAny({Bytes} block, out {type} value)");
        writer.Open();
        writer.Line($"{Status} status = TryRead(block, out value);");
        for (int i = 0; i < layout.Steps.Count; i++)
        {
            MigrationStep step = layout.Steps[i];
            writer.Line($$"""
                if (status == {{Status}}.OtherLayout)
                {
                    status = global::PmemTyped.BlockRecords.TryReadAny(block, out {{step.From}} from{{i}});
                    if (status == {{Status}}.Ok)
                    {
                        {{step.Method}}(in from{{i}}, out value);
                    }
                }

                """);
        }

        writer.Plain("return status;");
        writer.Close();
        writer.Blank();
        writer.Plain("public static void VisitAncestors(global::PmemTyped.ILayoutVisitor visitor)");
        writer.Open();
        foreach (MigrationStep step in layout.Steps)
        {
            writer.Line($"global::PmemTyped.BlockRecords.VisitAncestor<{step.From}>(visitor);");
        }

        writer.Close();
    }
}
