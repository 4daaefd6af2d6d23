using Microsoft.CodeAnalysis;

namespace PmemTyped.Schema;

/// <summary>The user's own [StructLayout], if there is one.</summary>
/// <param name="IsWritten">Whether the user wrote it.</param>
/// <param name="IsAuto">LayoutKind.Auto.</param>
/// <param name="IsExplicit">LayoutKind.Explicit.</param>
/// <param name="Size">Its Size in bytes; 0 when not given.</param>
/// <param name="Pack">Its Pack in bytes; 0 when not given.</param>
internal readonly record struct StructLayoutChoice(bool IsWritten, bool IsAuto, bool IsExplicit, int Size, int Pack)
{
    private const string StructLayout = "System.Runtime.InteropServices.StructLayoutAttribute";
    private const string FieldOffset = "System.Runtime.InteropServices.FieldOffsetAttribute";
    private const int ExplicitKind = 2;
    private const int AutoKind = 3;

    internal static StructLayoutChoice Of(INamedTypeSymbol type)
    {
        if (TypeNames.Attribute(type, StructLayout) is not { } data)
        {
            return default;
        }

        int kind = TypeNames.Argument(data) is { } value
            ? Convert.ToInt32(value, System.Globalization.CultureInfo.InvariantCulture)
            : AutoKind;
        return new StructLayoutChoice(
            true,
            kind == AutoKind,
            kind == ExplicitKind,
            LayoutAttribute.Named(data, "Size", 0),
            LayoutAttribute.Named(data, "Pack", 0));
    }

    internal static int? OffsetOf(IFieldSymbol field) =>
        TypeNames.Argument(TypeNames.Attribute(field, FieldOffset)) as int?;
}
