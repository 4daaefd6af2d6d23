// Holds one idea: at which offset each field lies, and what is wrong with that place.
using System.Globalization;
using Microsoft.CodeAnalysis;

namespace PmemTyped.Schema;

/// <summary>A field or mapped property that may be one.</summary>
internal readonly record struct DeclaredField(ISymbol Symbol, FieldShape Shape, MappedProperty? Mapped);

internal readonly record struct PlacedField(ISymbol Symbol, FieldShape Shape, MappedProperty? Mapped, int Offset)
{
    internal int End => Offset + Shape.Size;
}

internal static class FieldPlacement
{
    /// <summary>The largest layout: offsets stay far from overflow and a cursor's spans stay indexable.</summary>
    internal const int MaxSizeBytes = 1 << 24;

    /// <summary>
    /// Places fields the way the runtime does; by rising offset. Generated storage is behind the user's fields.
    /// </summary>
    internal static List<PlacedField> Place(
        IEnumerable<DeclaredField> fields, StructLayoutChoice choice, PlanContext context)
    {
        var placed = new List<PlacedField>();
        long end = 0;
        foreach (var (symbol, shape, mapped) in fields.OrderBy(f => f.Mapped is null ? 0 : 1))
        {
            long offset = choice.IsExplicit && symbol is IFieldSymbol field
                ? StructLayoutChoice.OffsetOf(field) ?? -1
                : RoundUp(end, choice.Pack > 0 ? Math.Min(choice.Pack, shape.RuntimeAlignment) : shape.RuntimeAlignment);
            if (offset < 0)
            {
                context.Add(ProblemKind.CompilerError, symbol, "");
                continue;
            }

            end = Math.Max(end, offset + shape.Size);
            if (end > MaxSizeBytes)
            {
                context.Add(ProblemKind.UnusableDeclaration, symbol, "the layout is larger than 16 MiB");
                break;
            }

            placed.Add(new PlacedField(symbol, shape, mapped, (int)offset));
        }

        return [.. placed.OrderBy(f => f.Offset)];
    }

    internal static void Check(INamedTypeSymbol type, List<PlacedField> fields, int naturalSize, PlanContext context)
    {
        int end = 0;
        foreach (PlacedField field in fields)
        {
            if (field.Offset % field.Shape.Alignment != 0)
            {
                context.Add(ProblemKind.Misaligned, field.Symbol, Text(
                    "its offset {0} is not a multiple of {1}", field.Offset, field.Shape.Alignment),
                    (int)RoundUp(field.Offset, field.Shape.Alignment) - field.Offset);
            }

            if (field.Offset < end)
            {
                context.Add(ProblemKind.Overlap, field.Symbol, Text(
                    "it starts at offset {0}, but the field before it ends at {1}", field.Offset, end));
            }
            else if (field.Offset > end)
            {
                context.Add(ProblemKind.HiddenPadding, field.Symbol, Text(
                    "{1} hidden bytes lie before it, at offset {0}", end, field.Offset - end), field.Offset - end);
            }

            end = Math.Max(end, field.End);
        }

        if (naturalSize > end)
        {
            context.Add(ProblemKind.HiddenPadding, type, Text(
                "{1} hidden bytes lie after its last field, at offset {0}", end, naturalSize - end), naturalSize - end);
        }
    }

    /// <summary>A field that one cache line could hold lies on two; meaningful where the object starts on a line.</summary>
    internal static void CheckLines(List<PlacedField> fields, int alignment, PlanContext context)
    {
        const int Line = LayoutModel.LineBytes;
        foreach (PlacedField field in fields.Where(f =>
            alignment >= Line && f.Shape.Size <= Line && f.Offset / Line != (f.End - 1) / Line && !LayoutPlanner.IsReserved(f.Symbol)))
        {
            context.Add(ProblemKind.StraddlesLine, field.Symbol, Text(
                "its {1} bytes at offset {0} lie on two cache lines", field.Offset, field.Shape.Size), Line - (field.Offset % Line));
        }
    }

    internal static long RoundUp(long value, int alignment) => (value + alignment - 1) / alignment * alignment;

    private static string Text(string format, int first, int second) =>
        string.Format(CultureInfo.InvariantCulture, format, first, second);
}
