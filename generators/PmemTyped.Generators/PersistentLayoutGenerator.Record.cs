using PmemTyped.Schema;

namespace PmemTyped.Generators;

// The record serializer. A payload is canonical: every byte that belongs to no named field is zero. Reading is total:
// bytes that are no value of a field's type make the record corrupt, they never throw.
public sealed partial class PersistentLayoutGenerator
{
    private static void WriteRecord(CodeWriter writer, LayoutModel layout)
    {
        string type = layout.Identity.Reference;
        FieldModel? tail = layout.Tail;
        string lengths = tail is null ? Invariant($"{layout.Size}") : Invariant($"{tail.End - tail.Shape.Count}, {tail.End}");
        string otherLength = tail is null ? "" : $" || payload.Length != {LengthOf(tail)}";
        if (layout.IsPacked)
        {
            writer.Plain("public static bool IsPacked => true;");
        }

        writer.Line($$"""
            public static int RecordSize => global::PmemTyped.BlockRecords.HeaderSize + {{layout.Size}};
            public static int BlockSize => {{layout.BlockSize}};

            public static void Write(in {{type}} value, global::System.Span<byte> block)
            {
            {{WriteBody(layout)}}
            }

            public static global::PmemTyped.BlockRecordStatus TryRead({{Bytes}} block, out {{type}} value)
            {
                global::PmemTyped.BlockRecordStatus status = global::PmemTyped.BlockRecords.Open(block, LayoutHash, {{lengths}}, out {{Bytes}} payload);
                if (status != global::PmemTyped.BlockRecordStatus.Ok)
                {
                    value = default;
                    return status;
                }

                if (!TryReadPayload(payload, out value){{otherLength}})
                {
                    value = default;
                    return global::PmemTyped.BlockRecordStatus.Corrupt;
                }

                return status;
            }
            """);
    }

    private static string WriteBody(LayoutModel layout) => layout.Tail is { } tail
        ? Invariant($"""
                global::System.Span<byte> payload = global::PmemTyped.BlockRecords.Begin(block, LayoutVersion, LayoutHash, {tail.End});
                WritePayload(in value, payload);
                global::PmemTyped.BlockRecords.Seal<{layout.Identity.Reference}>(block, {LengthOf(tail)});
            """)
        : Invariant($"""
                WritePayload(in value, global::PmemTyped.BlockRecords.Begin(block, LayoutVersion, LayoutHash, {layout.Size}));
                global::PmemTyped.BlockRecords.Seal<{layout.Identity.Reference}>(block, {layout.Size});
            """);

    // The record ends behind what is used of the tail. That is measured where it was copied to: the original may be in
    // memory that somebody else changes.
    private static string LengthOf(FieldModel tail)
    {
        string used = tail.Shape.Kind == FieldKind.Bytes ? "VariableBytes.Stored" : "Utf8Text.Trim";
        return Invariant($"{tail.Offset} + global::PmemTyped.{used}(payload.Slice({tail.Offset})).Length");
    }

    private static void WritePayloadCodec(CodeWriter writer, LayoutModel layout)
    {
        string type = layout.Identity.Reference;
        writer.Line($"// The payload is {layout.Size} zero bytes. Called by generated code, as is the next.");
        writer.Plain(NotForPeople);
        writer.Line($"public static void WritePayload(in {type} value, global::System.Span<byte> payload)");
        writer.Open();
        int copied = layout.CopiedBytes;
        if (copied > 0)
        {
            writer.Line($"global::PmemTyped.PlainBytes.Write(in value, payload, {copied});");
        }

        bool isFirst = copied == 0;
        foreach (FieldModel field in layout.Fields)
        {
            if (field.Offset < copied)
            {
                if (field.IsReserved || !field.Shape.IsStoredAsIs)
                {
                    WriteCorrection(writer, field);
                }

                continue;
            }

            if (field.IsReserved)
            {
                continue;
            }

            if (!isFirst && (field.Shape.Kind == FieldKind.Nullable || (field.Shape.Kind == FieldKind.Array && !IsPlainBytes(field.Shape))))
            {
                writer.Blank();
            }

            WriteEncoding(writer, field);
            isFirst = false;
        }

        writer.Close();
        writer.Blank();
        string or = layout.Tail is { } tail ? $", or as many as end behind what is used of {tail.Name}" : "";
        writer.Line($"// The payload is {layout.Size} bytes{or}. False where a field holds no value of its type; what was read is meaningless then.");
        writer.Plain(NotForPeople);
        writer.Line($"public static bool TryReadPayload({Bytes} payload, out {type} value)");
        writer.Open();
        writer.Line($"{(copied > 0 ? Invariant($"global::PmemTyped.PlainBytes.Read(payload, {copied}, out value)") : "value = default")};");
        foreach (FieldModel field in layout.Fields)
        {
            bool isCopied = field.Offset < copied;
            if (!field.IsReserved && !(isCopied && field.Shape.IsLoadedAsIs))
            {
                WriteDecoding(writer, field);
            }
            else if (field.IsReserved && isCopied)
            {
                writer.Line($"value.{field.StorageName} = default;");
            }
        }

        writer.Plain("return true;");
        writer.Close();
    }

    // Behind a copy of everything: reserved bytes are zero on media, and what is not stored as it is encodes into zeros.
    private static void WriteCorrection(CodeWriter writer, FieldModel field)
    {
        if (field.IsReserved || field.Shape.Kind is FieldKind.Text or FieldKind.Bytes or FieldKind.Nested or FieldKind.Nullable)
        {
            writer.Line($"payload.Slice({field.Offset}, {field.Shape.Size}).Clear();");
        }

        if (!field.IsReserved)
        {
            WriteEncoding(writer, field);
        }
    }

    private static void WriteEncoding(CodeWriter writer, FieldModel field)
    {
        FieldShape shape = field.Shape;
        string target = $"value.{field.StorageName}";
        string slice = Invariant($"payload.Slice({field.Offset}, {shape.Size})");
        switch (shape.Kind)
        {
            case FieldKind.Nullable:
                writer.Line($"if ({target}.HasValue)");
                writer.Open();
                writer.Plain(ScalarCode.Encode(shape.Inner, target + ".Value", Invariant($"payload.Slice({field.Offset}, {shape.Inner.Size})")));
                writer.Line($"payload[{field.Offset + shape.Inner.Size}] = 1;");
                writer.Close();
                break;
            case FieldKind.Text:
                writer.Line($"{target}.Utf8.CopyTo({slice});");
                break;
            case FieldKind.Bytes:
                writer.Line($"global::PmemTyped.VariableBytes.Stored({target}).CopyTo({slice});");
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
        string target = $"value.{field.StorageName}";
        string slice = field.IsVariable
            ? Invariant($"payload.Slice({field.Offset}, global::System.Math.Min({shape.Size}, payload.Length - {field.Offset}))")
            : Invariant($"payload.Slice({field.Offset}, {shape.Size})");
        switch (shape.Kind)
        {
            case FieldKind.Nullable:
                int inner = shape.Inner.Size;
                writer.Line($"if (global::System.MemoryExtensions.ContainsAnyExcept(payload.Slice({field.Offset + inner}, {shape.Size - inner}), (byte)0))");
                writer.Open();
                writer.Line($"{shape.Inner.StorageTypeName} stored{field.Offset};");
                writer.Plain(ScalarCode.Decode(
                    shape.Inner, Invariant($"stored{field.Offset}"), Invariant($"payload.Slice({field.Offset}, {inner})"), Invariant($"raw{field.Offset}")));
                writer.Line($"{target} = new {shape.StorageTypeName}(stored{field.Offset});");
                writer.Close();
                writer.Blank();
                break;
            case FieldKind.Nested or FieldKind.Bytes:
                writer.Plain(shape.Kind == FieldKind.Nested
                    ? $"if (!{shape.TypeName}.TryReadPayload({slice}, out {target}))"
                    : $"if (!global::PmemTyped.VariableBytes.TryRead({slice}, {target}))");
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
