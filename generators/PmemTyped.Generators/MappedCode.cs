// Holds one idea: the expressions that turn what a mapped property stores into its value and back.
using PmemTyped.Schema;

namespace PmemTyped.Generators;

internal static class MappedCode
{
    internal static string ToValue(FieldShape shape, string storage) => (shape.Kind, shape.Scalar) switch
    {
        (FieldKind.Nullable, _) => $"{storage}.HasValue ? {ToValue(shape.Inner, storage + ".Value")} : null",
        (FieldKind.Scalar, ScalarKind.Boolean) => $"{storage} != 0",
        (FieldKind.Scalar, ScalarKind.Char) => $"(char){storage}",
        (FieldKind.Scalar, ScalarKind.Decimal or ScalarKind.DateTime or ScalarKind.DateTimeOffset) => $"{storage}.ToValue()",
        _ => storage,
    };

    internal static string ToStorage(FieldShape shape, string value) => (shape.Kind, shape.Scalar) switch
    {
        (FieldKind.Nullable, _) =>
            $"{value} is {{ }} inner ? new {shape.StorageTypeName}({ToStorage(shape.Inner, "inner")}) : default",
        (FieldKind.Scalar, ScalarKind.Boolean) => $"{value} ? (byte)1 : (byte)0",
        (FieldKind.Scalar, ScalarKind.Decimal or ScalarKind.DateTime or ScalarKind.DateTimeOffset) =>
            $"{shape.StorageTypeName}.From({value})",
        _ => value,
    };
}
