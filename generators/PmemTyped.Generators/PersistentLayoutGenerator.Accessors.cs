using PmemTyped.Schema;

namespace PmemTyped.Generators;

// The class beside the layout: its fields as members of the two cursors. Analyzers skip generated code, so the effect
// attributes are the only thing that tells them what a setter does.
public sealed partial class PersistentLayoutGenerator
{
    private static void WriteAccessors(CodeWriter writer, LayoutModel layout)
    {
        string type = layout.Identity.Reference;
        FieldModel[] visible = [.. layout.NamedFields.Where(f => f.Access != Visibility.Hidden)];
        writer.Line($"/// <summary>Typed members of {layout.Identity.FlatName} for persistent memory.</summary>");
        writer.Plain(GeneratedCode);
        writer.Line($"{Keyword(layout.Identity.Visibility)} static class {layout.Identity.FlatName}{NestedFacts.ClassSuffix}");
        writer.Open();
        WriteConstants(writer, layout);
        writer.Blank();
        writer.Line($"extension(global::PmemTyped.Persistent<{type}> self)");
        writer.Open();
        foreach (FieldModel field in visible)
        {
            WriteWritable(writer, field);
            writer.Blank();
        }

        WriteFlushes(writer, layout);
        writer.Close();
        if (visible.Length > 0)
        {
            writer.Blank();
            writer.Line($"extension(global::PmemTyped.ReadOnlyPersistent<{type}> self)");
            writer.Open();
            for (int i = 0; i < visible.Length; i++)
            {
                WriteReadOnly(writer, visible[i]);
                if (i < visible.Length - 1)
                {
                    writer.Blank();
                }
            }

            writer.Close();
        }

        writer.Close();
    }

    // Another assembly that nests this layout reads these: offsets and attributes of layout are not in metadata
    // where the compiler could see them.
    private static void WriteConstants(CodeWriter writer, LayoutModel layout)
    {
        writer.Line($$"""
            // For layouts of other assemblies that nest this one.
            public const int {{NestedFacts.SizeConstant}} = {{layout.Size}};
            public const int {{NestedFacts.AlignmentConstant}} = {{layout.Alignment}};
            public const int {{NestedFacts.RuntimeAlignmentConstant}} = {{layout.RuntimeAlignment}};
            public const ulong {{NestedFacts.HashConstant}} = 0x{{layout.Hash:X16}}UL;
            """);
        if (layout.IsPlain)
        {
            writer.Line($"public const bool {NestedFacts.PlainConstant} = true;");
        }
    }

    private static void WriteWritable(CodeWriter writer, FieldModel field)
    {
        FieldShape shape = field.Shape;
        string name = field.EscapedName;
        string head = Summary(field) + Keyword(field.Access);
        switch (shape.Kind)
        {
            case FieldKind.Array:
                writer.Line($"{head} global::PmemTyped.PersistentSpan<{shape.ElementTypeName}> {name} => self.Buffer<{shape.ElementTypeName}>({field.Offset}, {shape.Count});");
                return;
            case FieldKind.Nested:
                writer.Line($"{head} global::PmemTyped.Persistent<{shape.TypeName}> {name} => self.Nested<{shape.TypeName}>({field.Offset});");
                return;
        }

        string value = shape.Scalar == ScalarKind.Int64 ? "unchecked((ulong)value)" : "value";
        string setter = field.IsPublish
            ? Invariant($"self.Publish({field.Offset}, {value})")
            : field.Mapped is not null && shape.IsConverted
            ? Invariant($"self.Store<{shape.StorageTypeName}>({field.Offset}, {MappedCode.ToStorage(shape, "value")})")
            : Invariant($"self.Store({field.Offset}, value)");
        writer.Line($$"""
            {{head}} {{shape.TypeName}} {{name}}
            {
                get => {{Getter(field)}};
                [global::PmemTyped.Stores("{{field.Name}}")]
                set => {{setter}};
            }
            """);
    }

    private static void WriteReadOnly(CodeWriter writer, FieldModel field)
    {
        FieldShape shape = field.Shape;
        string result = shape.Kind switch
        {
            FieldKind.Array => $"global::System.ReadOnlySpan<{shape.ElementTypeName}>",
            FieldKind.Nested => $"ref readonly {shape.TypeName}",
            _ => shape.TypeName,
        };
        string reference = shape.Kind == FieldKind.Nested ? "ref " : "";
        writer.Line($"{Summary(field)}{Keyword(field.Access)} {result} {field.EscapedName} => {reference}{Getter(field)};");
    }

    private static void WriteFlushes(CodeWriter writer, LayoutModel layout)
    {
        // Without a field set the whole object is flushed, by the cursor's own members.
        if (!layout.HasFieldSet)
        {
            return;
        }

        string set = layout.Identity.Reference + ".FieldSet";
        writer.Line($$"""
            /// <summary>Requests write-back of some fields. Flushed on return.</summary>
            [global::PmemTyped.Flushes]
            public void Flush({{set}} fields) => self.FlushFields((ulong)fields);

            /// <summary>Flushes some fields, then drains. Persisted on return.</summary>
            [global::PmemTyped.Persists]
            public void Persist({{set}} fields)
            {
                self.FlushFields((ulong)fields);
                self.Drain();
            }
            """);
    }

    private static string Getter(FieldModel field) => field.IsPublish
        ? $"global::System.Threading.Volatile.Read(in self.Value.{field.StorageName})"
        : field.Shape is { Kind: FieldKind.Scalar, PointsTo: { } target } ? $"self.Value.{field.StorageName}.To<{target}>()"
        : MappedCode.ToValue(field.Shape, $"self.Value.{field.StorageName}");

    private static string Summary(FieldModel field) => $"/// <summary>The field {field.Name} on media.</summary>\n";
}
