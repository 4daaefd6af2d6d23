using PmemTyped.Schema;

namespace PmemTyped.Generators;

// The enum that names fields for a partial flush. Bit i is field i of FieldRanges.
public sealed partial class PersistentLayoutGenerator
{
    private static void WriteFieldSet(CodeWriter writer, LayoutModel layout)
    {
        writer.Line($"/// <summary>Names the fields of <see cref=\"{layout.Identity.Reference}\"/> for a partial flush.</summary>");
        writer.Plain("[global::System.Flags]\npublic enum FieldSet : ulong");
        writer.Open();
        writer.Plain("/// <summary>No field.</summary>\nNone = 0,\n");
        int index = 0;
        foreach (FieldModel field in layout.NamedFields)
        {
            writer.Line($"/// <summary>The field {field.Name}.</summary>\n{field.EscapedName} = 1UL << {index},\n");
            index++;
        }

        ulong all = index == LayoutModel.MaxFieldsInSet ? ulong.MaxValue : (1UL << index) - 1;
        writer.Line($"/// <summary>Every field that is not reserved.</summary>\nAll = 0x{all:X}UL,");
        writer.Close();
    }
}
