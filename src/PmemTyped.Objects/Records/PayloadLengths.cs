namespace PmemTyped.Objects.Records;

/// <summary>How long the payloads of a layout are: all alike, or from that of an empty last field to that of a full one.</summary>
/// <param name="Least">The shortest in bytes.</param>
/// <param name="Most">The longest in bytes.</param>
/// <param name="Tail">Offset of the field of variable length, or null.</param>
internal readonly record struct PayloadLengths(int Least, int Most, int? Tail)
{
    /// <summary>What a description says.</summary>
    internal static PayloadLengths Of(string text, int size)
    {
        LayoutField? tail = LayoutField.Parse(text).Where(f => f.IsVariable).Cast<LayoutField?>().LastOrDefault();
        return tail is { } field && field.SizeOf() is { } bytes
            ? new PayloadLengths(field.Offset + field.LeastBytes, field.Offset + bytes, field.Offset)
            : new PayloadLengths(size, size, null);
    }
}
