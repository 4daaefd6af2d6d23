// Holds one idea: the statements that turn one scalar into little-endian bytes and back.
using PmemTyped.Schema;

namespace PmemTyped.Generators;

internal static class ScalarCode
{
    private const string Little = "global::System.Buffers.Binary.BinaryPrimitives.";

    /// <summary>A statement that stores <paramref name="value"/> into <paramref name="slice"/>.</summary>
    internal static string Encode(FieldShape shape, string value, string slice)
    {
        string stored = shape.HasEnumElements ? $"({Scalars.Fact(shape.Scalar).CSharpName}){value}" : value;
        return shape.Scalar switch
        {
            ScalarKind.Byte => $"{slice}[0] = {stored};",
            ScalarKind.SByte => $"{slice}[0] = unchecked((byte)({stored}));",
            ScalarKind.Guid => $"_ = {value}.TryWriteBytes({slice});",
            ScalarKind.DateOnly => $"{Little}WriteInt32LittleEndian({slice}, {value}.DayNumber);",
            ScalarKind.TimeOnly or ScalarKind.TimeSpan => $"{Little}WriteInt64LittleEndian({slice}, {value}.Ticks);",
            ScalarKind.Rune => $"{Little}WriteInt32LittleEndian({slice}, {value}.Value);",
            ScalarKind.Reference => $"{Little}WriteInt64LittleEndian({slice}, {value}.Offset);",
            ScalarKind.Boolean => $"{slice}[0] = {value} != 0 ? (byte)1 : (byte)0;",
            ScalarKind.Char => $"{Little}WriteUInt16LittleEndian({slice}, {value});",
            ScalarKind.Decimal or ScalarKind.DateTime or ScalarKind.DateTimeOffset => $"{value}.Write({slice});",
            _ => $"{Little}Write{shape.Scalar}LittleEndian({slice}, {stored});",
        };
    }

    /// <summary>
    /// Statements that load <paramref name="target"/> from <paramref name="slice"/>, or return false where its
    /// bytes are no value of the type.
    /// </summary>
    internal static string Decode(FieldShape shape, string target, string slice, string local)
    {
        switch (shape.Scalar)
        {
            case ScalarKind.Guid:
                return $"{target} = new global::System.Guid({slice});";
            case ScalarKind.TimeSpan:
                return $"{target} = new global::System.TimeSpan({Little}ReadInt64LittleEndian({slice}));";
            case ScalarKind.Reference:
                return $"{target} = new global::PmemTyped.PPtr({Little}ReadInt64LittleEndian({slice}));";
            case ScalarKind.DateOnly:
                return Checked(
                    $"int {local} = {Little}ReadInt32LittleEndian({slice});",
                    $"{local} < 0 || {local} > global::System.DateOnly.MaxValue.DayNumber",
                    $"{target} = global::System.DateOnly.FromDayNumber({local});");
            case ScalarKind.TimeOnly:
                return Checked(
                    $"long {local} = {Little}ReadInt64LittleEndian({slice});",
                    $"{local} < 0 || {local} > global::System.TimeOnly.MaxValue.Ticks",
                    $"{target} = new global::System.TimeOnly({local});");
            case ScalarKind.Boolean:
                return $"{target} = {slice}[0] != 0 ? (byte)1 : (byte)0;";
            case ScalarKind.Char:
                return $"{target} = {Little}ReadUInt16LittleEndian({slice});";
            case ScalarKind.Decimal or ScalarKind.DateTime or ScalarKind.DateTimeOffset:
                return $"if (!{shape.StorageTypeName}.TryRead({slice}, out {target}))\n{{\n    return false;\n}}\n";
            case ScalarKind.Rune:
                return Checked(
                    $"int {local} = {Little}ReadInt32LittleEndian({slice});",
                    $"!global::System.Text.Rune.IsValid({local})",
                    $"{target} = new global::System.Text.Rune({local});");
        }

        string loaded = shape.Scalar switch
        {
            ScalarKind.Byte => $"{slice}[0]",
            ScalarKind.SByte => $"unchecked((sbyte){slice}[0])",
            _ => $"{Little}Read{shape.Scalar}LittleEndian({slice})",
        };
        return shape.HasEnumElements ? $"{target} = ({shape.ElementTypeName}){loaded};" : $"{target} = {loaded};";
    }

    private static string Checked(string load, string isInvalid, string assign) =>
        $"{load}\nif ({isInvalid})\n{{\n    return false;\n}}\n\n{assign}";
}
