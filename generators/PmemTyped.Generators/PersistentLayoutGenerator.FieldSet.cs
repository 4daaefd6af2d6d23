using PmemTyped.Schema;

namespace PmemTyped.Generators;

// The enum that names fields for a partial flush. Bit i is field i of FieldRanges.
public sealed partial class PersistentLayoutGenerator
{
    private static void WriteFieldSet(CodeWriter writer, LayoutModel layout)
    {
        writer.Line($"/// <summary>Names the fields of {layout.Identity.FlatName} for a partial flush.</summary>");
        writer.Plain("[global::System.Flags]\npublic enum FieldSet : ulong");
        writer.Open();
        writer.Plain("None = 0,");
        int index = 0;
        foreach (FieldModel field in layout.NamedFields)
        {
            writer.Line($"{field.EscapedName} = 1UL << {index},");
            index++;
        }

        ulong all = index == LayoutModel.MaxFieldsInSet ? ulong.MaxValue : (1UL << index) - 1;
        writer.Line($"All = 0x{all:X}UL,");
        writer.Close();
    }
}
