using PmemTyped.Schema;

namespace PmemTyped.Generators;

// The record serializer. A payload is canonical: every byte that belongs to no named field is zero. Reading is total:
// bytes that are no value of a field's type make the record corrupt, they never throw.
public sealed partial class PersistentLayoutGenerator
{
    private static void WriteRecord(CodeWriter writer, LayoutModel layout)
    {
        string type = layout.Identity.Reference;
        writer.Line($$"""
            {{Inherited}}
            public static int RecordSize => global::PmemTyped.BlockRecords.HeaderSize + {{layout.Size}};

            {{Inherited}}
            public static int BlockSize => {{layout.BlockSize}};

            {{Inherited}}
            public static void Write(in {{type}} value, global::System.Span<byte> block)
            {
                WritePayload(in value, global::PmemTyped.BlockRecords.Begin(block, LayoutVersion, LayoutHash, {{layout.Size}}));
                global::PmemTyped.BlockRecords.Seal(block, {{layout.Size}});
            }

            {{Inherited}}
            public static global::PmemTyped.BlockRecordStatus TryRead({{Bytes}} block, out {{type}} value)
            {
                global::PmemTyped.BlockRecordStatus status = global::PmemTyped.BlockRecords.Open(block, LayoutHash, {{layout.Size}}, out {{Bytes}} payload);
                if (status != global::PmemTyped.BlockRecordStatus.Ok)
                {
                    value = default;
                    return status;
                }

                if (!TryReadPayload(payload, out value))
                {
                    value = default;
                    return global::PmemTyped.BlockRecordStatus.Corrupt;
                }

                return status;
            }
            """);
    }

    private static void WritePayloadCodec(CodeWriter writer, LayoutModel layout)
    {
        string type = layout.Identity.Reference;
        writer.Line($"/// <summary>Encodes the fields. Called by generated code.</summary>\n/// <param name=\"value\">The object.</param>\n/// <param name=\"payload\">{layout.Size} zero bytes.</param>");
        writer.Plain(NotForPeople);
        writer.Line($"public static void WritePayload(in {type} value, global::System.Span<byte> payload)");
        writer.Open();
        bool isFirst = true;
        foreach (FieldModel field in layout.NamedFields)
        {
            if (!isFirst && field.Shape.Kind == FieldKind.Array && !IsPlainBytes(field.Shape))
            {
                writer.Blank();
            }

            WriteEncoding(writer, field);
            isFirst = false;
        }

        writer.Close();
        writer.Blank();
        writer.Line($"/// <summary>Decodes the fields. Called by generated code.</summary>\n/// <param name=\"payload\">{layout.Size} bytes.</param>\n/// <param name=\"value\">The object; meaningless when the result is false.</param>\n/// <returns>Whether every field holds a value of its type.</returns>");
        writer.Plain(NotForPeople);
        writer.Line($"public static bool TryReadPayload({Bytes} payload, out {type} value)");
        writer.Open();
        writer.Plain("value = default;");
        foreach (FieldModel field in layout.NamedFields)
        {
            WriteDecoding(writer, field);
        }

        writer.Plain("return true;");
        writer.Close();
    }

    private static void WriteEncoding(CodeWriter writer, FieldModel field)
    {
        FieldShape shape = field.Shape;
        string target = $"value.{field.EscapedName}";
        string slice = Invariant($"payload.Slice({field.Offset}, {shape.Size})");
        switch (shape.Kind)
        {
            case FieldKind.Text:
                writer.Line($"{target}.Utf8.CopyTo({slice});");
                break;
            case FieldKind.Nested:
                writer.Line($"{shape.TypeName}.WritePayload(in {target}, {slice});");
                break;
            case FieldKind.Array when IsPlainBytes(shape):
                writer.Line($"(({Bytes}){target}).CopyTo({slice});");
                break;
            case FieldKind.Array:
                BeginElements(writer, shape);
                writer.Plain(ScalarCode.Encode(shape, target + "[i]", ElementSlice(field)));
                writer.Close();
                break;
            default:
                writer.Plain(ScalarCode.Encode(shape, target, slice));
                break;
        }
    }

    private static void WriteDecoding(CodeWriter writer, FieldModel field)
    {
        FieldShape shape = field.Shape;
        string target = $"value.{field.EscapedName}";
        string slice = Invariant($"payload.Slice({field.Offset}, {shape.Size})");
        switch (shape.Kind)
        {
            case FieldKind.Nested:
                writer.Line($"if (!{shape.TypeName}.TryReadPayload({slice}, out {target}))");
                writer.Open();
                writer.Plain("return false;");
                writer.Close();
                writer.Blank();
                break;
            case FieldKind.Text or FieldKind.Array when shape.Kind == FieldKind.Text || IsPlainBytes(shape):
                writer.Line($"{slice}.CopyTo({target});");
                break;
            case FieldKind.Array:
                BeginElements(writer, shape);
                writer.Plain(ScalarCode.Decode(shape, target + "[i]", ElementSlice(field), Invariant($"raw{field.Offset}")));
                writer.Close();
                writer.Blank();
                break;
            default:
                writer.Plain(ScalarCode.Decode(shape, target, slice, Invariant($"raw{field.Offset}")));
                break;
        }
    }

    private static void BeginElements(CodeWriter writer, FieldShape shape)
    {
        writer.Line($"for (int i = 0; i < {shape.Count}; i++)");
        writer.Open();
    }

    private static string ElementSlice(FieldModel field)
    {
        int size = Scalars.Fact(field.Shape.Scalar).Size;
        return Invariant($"payload.Slice({field.Offset} + (i * {size}), {size})");
    }

    private static bool IsPlainBytes(FieldShape shape) =>
        shape.Scalar == ScalarKind.Byte && !shape.HasEnumElements;
}
