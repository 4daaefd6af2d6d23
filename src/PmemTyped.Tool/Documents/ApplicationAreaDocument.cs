using PmemTyped.Objects;

namespace PmemTyped.Tool.Documents;

/// <summary>
/// What is told about the bytes that the format leaves to the application: the record layout of a typed pool, otherwise
/// the raw bytes.
/// </summary>
/// <param name="SizeBytes">Size of the area.</param>
/// <param name="IsEmpty">Whether nothing in it counts: there is no layout, sound or damaged, and the first eight bytes are zero.</param>
/// <param name="UsedBytes">Bytes up to the last that is not zero.</param>
/// <param name="RecordLayout">The record layout, null for an untyped pool.</param>
/// <param name="OlderLayouts">Layouts of which there may still be records, newest first; empty unless the pool is being upgraded.</param>
/// <param name="Problem">Why the content is no record layout, null if it is one or empty.</param>
/// <param name="FirstBytes">The first bytes in hexadecimal, null when the area is empty or holds a record layout.</param>
internal sealed record ApplicationAreaDocument(
    int SizeBytes, bool IsEmpty, int UsedBytes, string? RecordLayout, IReadOnlyList<string> OlderLayouts, string? Problem, string? FirstBytes)
{
    private const int ShownBytes = 32;

    internal static ApplicationAreaDocument From(ReadOnlySpan<byte> area, string path)
    {
        LayoutDescription? layout = null;
        string? problem = null;
        try
        {
            layout = LayoutDescription.Read(area, path);
        }
        catch (PmemException e) when (e is PmemFormatException or PmemCorruptionException)
        {
            problem = e.Message;
        }

        return new ApplicationAreaDocument(
            area.Length,
            layout is null && problem is null && !area[..sizeof(ulong)].ContainsAnyExcept((byte)0),
            area.LastIndexOfAnyExcept((byte)0) + 1,
            layout?.Text,
            layout?.Older ?? [],
            problem,
            problem is null ? null : Convert.ToHexStringLower(area[..ShownBytes]));
    }
}
