namespace PmemTyped.Schema;

/// <summary>Everything that is known of one layout; values only, so that two runs can be compared.</summary>
/// <param name="Identity">Where the type is declared.</param>
/// <param name="LayoutName">Name on media.</param>
/// <param name="Version">Its version.</param>
/// <param name="Size">Size in bytes.</param>
/// <param name="Alignment">Alignment in bytes.</param>
/// <param name="RuntimeAlignment">What the runtime aligns a field of this type to.</param>
/// <param name="Fields">All fields by rising offset, reserved ones included.</param>
/// <param name="Hash">Fingerprint of the wire shape.</param>
/// <param name="WritesStructLayout">Whether the generated part carries [StructLayout].</param>
/// <param name="WritesOffsets">Whether generated storage carries [FieldOffset].</param>
/// <param name="HasRecords">Whether the record contract is referenced.</param>
/// <param name="BlockSize">Block size of records in bytes.</param>
internal sealed record LayoutModel(
    TypeIdentity Identity,
    string LayoutName,
    int Version,
    int Size,
    int Alignment,
    int RuntimeAlignment,
    EquatableArray<FieldModel> Fields,
    ulong Hash,
    bool WritesStructLayout,
    bool WritesOffsets,
    bool HasRecords,
    int BlockSize)
{
    /// <summary>A field set is one 64-bit word.</summary>
    internal const int MaxFieldsInSet = 64;

    /// <summary>One 64-bit word of 64-byte lines.</summary>
    internal const int MaxSizeForLines = 4096;

    internal const int LineBytes = 64;

    /// <summary>Whether a block holds as many records as fit.</summary>
    internal bool IsPacked { get; init; }

    /// <summary>Steps from older layouts.</summary>
    internal EquatableArray<MigrationStep> Steps { get; init; }

    /// <summary>The last field where records end behind what is used of it, otherwise null.</summary>
    internal FieldModel? Tail => Fields.FirstOrDefault(f => f.IsVariable);

    internal IEnumerable<FieldModel> NamedFields => Fields.Where(f => !f.IsReserved);

    /// <summary>
    /// Bytes from the start that are encoded and decoded by one copy, zero where that would not pay: up to the first hidden
    /// padding or the field of variable length.
    /// </summary>
    internal int CopiedBytes
    {
        get
        {
            int end = 0;
            foreach (FieldModel next in Fields)
            {
                if (next.IsVariable || next.Offset != end)
                {
                    break;
                }

                end = next.End;
            }

            FieldModel[] plain = [.. NamedFields.Where(f => f.End <= end && f.Shape.IsStoredAsIs && f.Shape.IsLoadedAsIs)];
            return plain.Length > 1 && plain.Sum(f => f.Shape.Size) * 2 >= end ? end : 0;
        }
    }

    /// <summary>Whether every byte of a payload is that of the object in memory, and every payload is an object.</summary>
    internal bool IsPlain => CopiedBytes == Size && Fields.All(f => !f.IsReserved && f.Shape.IsStoredAsIs && f.Shape.IsLoadedAsIs);

    internal bool HasFieldSet => NamedFields.Count() <= MaxFieldsInSet;

    internal bool HasFieldLines => HasFieldSet && Alignment >= LineBytes && Size <= MaxSizeForLines;
}

/// <summary>A type marked [Utf8Text] or [VariableBytes].</summary>
/// <param name="Identity">Where it is declared.</param>
/// <param name="CapacityBytes">Bytes of UTF-8, or of anything, that it holds.</param>
/// <param name="IsBytes">Whether it is the latter.</param>
internal sealed record TextModel(TypeIdentity Identity, int CapacityBytes, bool IsBytes);
