using PmemTyped.Blocks;

namespace PmemTyped.Tool.Documents;

/// <summary>One change of a repair.</summary>
internal sealed record ChangeDocument(
    string Structure, long Offset, int LengthBytes, string Found, string Restored, bool IsCertain)
{
    internal static ChangeDocument From(BlockPoolChange change) => new(
        change.Structure, change.Offset, change.LengthBytes, change.Found, change.Restored, change.IsCertain);

    /// <summary>The change as one line for people.</summary>
    internal string ToLine(bool isApplied)
    {
        string verb = isApplied ? "restored" : "would restore";
        string doubt = IsCertain ? string.Empty : ", not certain";
        return FormattableString.Invariant(
            $"{verb} {Structure} at offset 0x{Offset:X}, {LengthBytes} bytes{doubt}: {Found} -> {Restored}");
    }
}
