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
}

/// <summary>What a field's type means on media.</summary>
/// <param name="Kind">How it is stored.</param>
/// <param name="Scalar">The scalar, of each element in an array; None for text and nested layouts.</param>
/// <param name="Count">Elements of an array, bytes of a text, otherwise 1.</param>
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
    internal bool HasEnumElements => Kind == FieldKind.Enumeration
        || (Kind == FieldKind.Array && Scalars.Fact(Scalar).CSharpName != ElementTypeName);
}

/// <summary>One field of a layout.</summary>
/// <param name="Name">C# name, not escaped.</param>
/// <param name="Offset">Byte offset.</param>
/// <param name="Shape">What its type means.</param>
/// <param name="IsReserved">Marked [Reserved].</param>
/// <param name="IsPublish">Marked [PublishField].</param>
/// <param name="Access">From where its accessors can be used; Hidden means that there are none.</param>
internal sealed record FieldModel(
    string Name, int Offset, FieldShape Shape, bool IsReserved, bool IsPublish, Visibility Access)
{
    internal int End => Offset + Shape.Size;

    internal string EscapedName => TypeNames.Escape(Name);
}
