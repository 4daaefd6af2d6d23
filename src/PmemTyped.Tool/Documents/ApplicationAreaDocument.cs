namespace PmemTyped.Tool.Documents;

/// <summary>
/// What is told about the bytes that the format leaves to the application. They are told raw; a description of a record
/// layout in them would be decoded here and be one more member.
/// </summary>
/// <param name="SizeBytes">Size of the area.</param>
/// <param name="IsEmpty">Whether the first eight bytes are zero, so that nothing in it counts.</param>
/// <param name="UsedBytes">Bytes up to the last that is not zero.</param>
/// <param name="FirstBytes">The first bytes in hexadecimal, null when the area is empty.</param>
internal sealed record ApplicationAreaDocument(int SizeBytes, bool IsEmpty, int UsedBytes, string? FirstBytes)
{
    private const int ShownBytes = 32;

    internal static ApplicationAreaDocument From(ReadOnlySpan<byte> area)
    {
        bool isEmpty = !area[..sizeof(ulong)].ContainsAnyExcept((byte)0);
        return new ApplicationAreaDocument(
            area.Length,
            isEmpty,
            area.LastIndexOfAnyExcept((byte)0) + 1,
            isEmpty ? null : Convert.ToHexStringLower(area[..ShownBytes]));
    }
}
