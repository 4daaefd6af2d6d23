using PmemTyped.Schema;

namespace PmemTyped.Generators;

// The other halves of mapped properties: storage that the runtime lays out as planned, and accessors that convert. What
// both halves must say alike is repeated as the user wrote it.
public sealed partial class PersistentLayoutGenerator
{
    private static void WriteMapped(CodeWriter writer, LayoutModel layout)
    {
        foreach (FieldModel field in layout.Fields)
        {
            if (field.Mapped is not { } mapped)
            {
                continue;
            }

            FieldShape shape = field.Shape;
            string readOnly = mapped.IsGetterReadOnly ? "readonly " : "";
            if (layout.WritesOffsets)
            {
                writer.Line($"[global::System.Runtime.InteropServices.FieldOffset({field.Offset})]");
            }

            writer.Line($$"""
                {{NotForPeople}}
                internal {{shape.StorageTypeName}} {{mapped.Storage}};

                {{mapped.Modifiers}}partial {{shape.DeclaredTypeName}} {{field.EscapedName}}
                {
                    {{readOnly}}get => {{MappedCode.ToValue(shape, mapped.Storage)}};
                    set => {{mapped.Storage}} = {{MappedCode.ToStorage(shape, "value")}};
                }

                """);
        }
    }
}
