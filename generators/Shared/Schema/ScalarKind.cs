namespace PmemTyped.Schema;

/// <summary>The types of which everything on media is made.</summary>
internal enum ScalarKind
{
    None = 0,
    SByte,
    Byte,
    Int16,
    UInt16,
    Int32,
    UInt32,
    Int64,
    UInt64,
    Half,
    Single,
    Double,
    Int128,
    UInt128,
    Guid,
    DateOnly,
    TimeOnly,
    TimeSpan,
    Rune,
    Reference,

    // From here on: only as mapped properties, which convert.
    Boolean,
    Char,
    Decimal,
    DateTime,
    DateTimeOffset,
}
