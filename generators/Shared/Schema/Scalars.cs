// Holds one idea: the table of scalars, with the name that each has in lock files and layout hashes. The names and
// numbers are part of the on-media format; changing a row changes the hash of every layout that uses it.
using Microsoft.CodeAnalysis;

namespace PmemTyped.Schema;

internal static class Scalars
{
    private static readonly Dictionary<ScalarKind, ScalarFact> s_facts = new()
    {
        [ScalarKind.SByte] = new("i8", 1, 1, "sbyte"),
        [ScalarKind.Byte] = new("u8", 1, 1, "byte"),
        [ScalarKind.Int16] = new("i16", 2, 2, "short"),
        [ScalarKind.UInt16] = new("u16", 2, 2, "ushort"),
        [ScalarKind.Int32] = new("i32", 4, 4, "int"),
        [ScalarKind.UInt32] = new("u32", 4, 4, "uint"),
        [ScalarKind.Int64] = new("i64", 8, 8, "long"),
        [ScalarKind.UInt64] = new("u64", 8, 8, "ulong"),
        [ScalarKind.Half] = new("f16", 2, 2, "global::System.Half"),
        [ScalarKind.Single] = new("f32", 4, 4, "float"),
        [ScalarKind.Double] = new("f64", 8, 8, "double"),
        [ScalarKind.Int128] = new("i128", 16, 16, "global::System.Int128"),
        [ScalarKind.UInt128] = new("u128", 16, 16, "global::System.UInt128"),
        [ScalarKind.Guid] = new("guid", 16, 4, "global::System.Guid"),
        [ScalarKind.DateOnly] = new("date", 4, 4, "global::System.DateOnly"),
        [ScalarKind.TimeOnly] = new("time", 8, 8, "global::System.TimeOnly"),
        [ScalarKind.TimeSpan] = new("span", 8, 8, "global::System.TimeSpan"),
        [ScalarKind.Rune] = new("rune", 4, 4, "global::System.Text.Rune"),
        [ScalarKind.Reference] = new("ptr", 8, 8, "global::PmemTyped.PPtr"),
        [ScalarKind.Boolean] = new("bool", 1, 1, "bool", "byte"),
        [ScalarKind.Char] = new("char", 2, 2, "char", "ushort"),
        [ScalarKind.Decimal] = new("decimal", 16, 8, "decimal", "global::PmemTyped.StoredDecimal"),
        [ScalarKind.DateTime] = new("datetime", 8, 8, "global::System.DateTime", "global::PmemTyped.StoredDateTime"),
        [ScalarKind.DateTimeOffset] = new("datetimeoffset", 16, 8, "global::System.DateTimeOffset", "global::PmemTyped.StoredDateTimeOffset"),
    };

    internal static ScalarFact Fact(ScalarKind kind) => s_facts[kind];

    /// <summary>Whether a type differs on media from what it is in C#, so that only a property can stand for it.</summary>
    internal static bool IsMapped(ScalarKind kind) => kind != ScalarKind.None && Fact(kind).StorageName is not null;

    /// <summary>The scalar that a type is, or None. Enums are not looked through.</summary>
    internal static ScalarKind KindOf(ITypeSymbol type) => type.SpecialType switch
    {
        SpecialType.System_Boolean => ScalarKind.Boolean,
        SpecialType.System_Char => ScalarKind.Char,
        SpecialType.System_Decimal => ScalarKind.Decimal,
        SpecialType.System_DateTime => ScalarKind.DateTime,
        SpecialType.System_SByte => ScalarKind.SByte,
        SpecialType.System_Byte => ScalarKind.Byte,
        SpecialType.System_Int16 => ScalarKind.Int16,
        SpecialType.System_UInt16 => ScalarKind.UInt16,
        SpecialType.System_Int32 => ScalarKind.Int32,
        SpecialType.System_UInt32 => ScalarKind.UInt32,
        SpecialType.System_Int64 => ScalarKind.Int64,
        SpecialType.System_UInt64 => ScalarKind.UInt64,
        SpecialType.System_Single => ScalarKind.Single,
        SpecialType.System_Double => ScalarKind.Double,
        _ => TypeNames.MetadataName(type) switch
        {
            "System.Half" => ScalarKind.Half,
            "System.Int128" => ScalarKind.Int128,
            "System.UInt128" => ScalarKind.UInt128,
            "System.Guid" => ScalarKind.Guid,
            "System.DateOnly" => ScalarKind.DateOnly,
            "System.TimeOnly" => ScalarKind.TimeOnly,
            "System.TimeSpan" => ScalarKind.TimeSpan,
            "System.Text.Rune" => ScalarKind.Rune,
            "System.DateTimeOffset" => ScalarKind.DateTimeOffset,
            TypeNames.Reference64 => ScalarKind.Reference,
            _ => ScalarKind.None,
        },
    };
}

/// <summary>One row: name on media, size and alignment in bytes, C# keyword or name, and the type it is stored as where that is another.</summary>
internal sealed record ScalarFact(string Wire, int Size, int Alignment, string CSharpName, string? StorageName = null);
