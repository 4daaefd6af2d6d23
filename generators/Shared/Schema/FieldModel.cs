namespace PmemTyped.Schema;

/// <summary>How a field is stored and reached.</summary>
internal enum FieldKind
{
    /// <summary>One scalar.</summary>
    Scalar = 0,

    /// <summary>An enum, stored as its underlying scalar.</summary>
    Enumeration = 1,

    /// <summary>An inline array of scalars or enums.</summary>
    Array = 2,

    /// <summary>A type marked [Utf8Text].</summary>
    Text = 3,

    /// <summary>Another layout.</summary>
    Nested = 4,

    /// <summary>A nullable scalar or enum; only as a mapped property.</summary>
    Nullable = 5,

    /// <summary>A type marked [VariableBytes].</summary>
    Bytes = 6,
}

/// <summary>What a field's type means on media.</summary>
/// <param name="Kind">How it is stored.</param>
/// <param name="Scalar">The scalar, of each element in an array; None for text, variable bytes and nested layouts.</param>
/// <param name="Count">Elements of an array, capacity of a text or of variable bytes, otherwise 1.</param>
/// <param name="Size">Length in bytes.</param>
/// <param name="RuntimeAlignment">What the runtime aligns it to.</param>
/// <param name="Alignment">What the layout requires; larger than the former for nested layouts that declare it.</param>
/// <param name="Wire">Its name in lock file and hash.</param>
/// <param name="TypeName">C# reference to the field's type.</param>
/// <param name="ElementTypeName">C# reference to the element type of an array, otherwise the field's type.</param>
/// <param name="Visibility">Narrowest of the types that an accessor mentions.</param>
/// <param name="PointsTo">C# reference to the layout that a reference points to, otherwise null.</param>
internal sealed record FieldShape(
    FieldKind Kind,
    ScalarKind Scalar,
    int Count,
    int Size,
    int RuntimeAlignment,
    int Alignment,
    string Wire,
    string TypeName,
    string ElementTypeName,
    Visibility Visibility,
    string? PointsTo = null)
{
    /// <summary>Of a nested layout, whether it is <see cref="LayoutModel.IsPlain"/>.</summary>
    internal bool IsPlainLayout { get; init; }

    /// <summary>Whether its bytes are stored as they lie in memory, whatever they are.</summary>
    internal bool IsStoredAsIs => Kind switch
    {
        FieldKind.Scalar or FieldKind.Enumeration or FieldKind.Array =>
            Scalar is not (ScalarKind.Boolean or ScalarKind.Decimal or ScalarKind.DateTime or ScalarKind.DateTimeOffset),
        FieldKind.Nested => IsPlainLayout,
        _ => false,
    };

    /// <summary>Whether its bytes are taken from media as they lie there, because all of them are values.</summary>
    internal bool IsLoadedAsIs => Kind == FieldKind.Text
        || (IsStoredAsIs && Scalar is not (ScalarKind.DateOnly or ScalarKind.TimeOnly or ScalarKind.Rune));

    internal bool HasEnumElements => Kind == FieldKind.Enumeration
        || (Kind is FieldKind.Array or FieldKind.Nullable && Scalars.Fact(Scalar).CSharpName != ElementTypeName);

    /// <summary>The value inside a nullable.</summary>
    internal FieldShape Inner => this with
    {
        Kind = HasEnumElements ? FieldKind.Enumeration : FieldKind.Scalar,
        Size = Scalars.Fact(Scalar).Size,
        TypeName = ElementTypeName,
    };

    /// <summary>C# reference to the type of the storage, which for a mapped property can be another than its own.</summary>
    internal string StorageTypeName => Kind switch
    {
        FieldKind.Nullable => $"global::PmemTyped.StoredNullable<{Inner.StorageTypeName}, {PresenceTypeName}>",
        FieldKind.Scalar => Scalars.Fact(Scalar).StorageName ?? DeclaredTypeName,
        _ => TypeName,
    };

    /// <summary>C# reference to the type that the user wrote; that of a reference does not say where it points.</summary>
    internal string DeclaredTypeName => PointsTo is not null && Kind == FieldKind.Scalar ? ElementTypeName : TypeName;

    /// <summary>Whether its storage holds something else than the value.</summary>
    internal bool IsConverted => Kind == FieldKind.Nullable || Scalars.IsMapped(Scalar);

    // As wide as the value is aligned: nothing lies between them, nothing behind.
    private string PresenceTypeName => RuntimeAlignment switch
    {
        1 => "byte",
        2 => "ushort",
        4 => "uint",
        8 => "ulong",
        _ => "global::System.UInt128",
    };
}

/// <summary>A field that the user declares as a partial property and the generator writes.</summary>
/// <param name="Storage">Name of the generated field.</param>
/// <param name="Modifiers">Accessibility and what else both parts must say, with a blank behind each.</param>
/// <param name="IsGetterReadOnly">Whether the getter is readonly; both parts must say so.</param>
internal sealed record MappedProperty(string Storage, string Modifiers, bool IsGetterReadOnly);

/// <summary>One field of a layout.</summary>
/// <param name="Name">C# name, not escaped.</param>
/// <param name="Offset">Byte offset.</param>
/// <param name="Shape">What its type means.</param>
/// <param name="IsReserved">Marked [Reserved].</param>
/// <param name="IsPublish">Marked [PublishField].</param>
/// <param name="Access">From where its accessors can be used; Hidden means that there are none.</param>
/// <param name="Mapped">What the generator writes for it; null for a field that the user wrote.</param>
internal sealed record FieldModel(
    string Name, int Offset, FieldShape Shape, bool IsReserved, bool IsPublish, Visibility Access, MappedProperty? Mapped = null)
{
    /// <summary>Of a field of variable length, the number that its wire type says is the most: text[..32].</summary>
    internal const string VariableMark = "[..";

    /// <summary>Whether a record ends behind what is used of it.</summary>
    internal bool IsVariable { get; init; }

    /// <summary>Its type in lock file and hash, without the mark of a publish field.</summary>
    internal string Wire => IsVariable ? Shape.Wire.Replace("[", VariableMark) : Shape.Wire;

    internal int End => Offset + Shape.Size;

    internal string EscapedName => TypeNames.Escape(Name);

    /// <summary>The field in the struct: the user's own, or the storage of a mapped property.</summary>
    internal string StorageName => Mapped?.Storage ?? EscapedName;
}
