namespace PmemTyped.Blocks;

/// <summary>One change of a repair.</summary>
/// <param name="Structure">The structure, for example "arena 0 flog slot 3".</param>
/// <param name="Offset">Its byte offset in the file; of a part header that in its part, of all else in a set that in the pool.</param>
/// <param name="LengthBytes">Bytes that are stored there.</param>
/// <param name="Found">What is there now.</param>
/// <param name="Restored">What will be there, and what says that it belongs there.</param>
/// <param name="IsCertain">
/// Whether intact structures say that the result is what was there before the damage. Otherwise it is a guess that makes
/// the pool consistent; blocks whose content became doubtful are marked bad.
/// </param>
public sealed record BlockPoolChange(
    string Structure, long Offset, int LengthBytes, string Found, string Restored, bool IsCertain)
{
    /// <summary>Gets what is stored.</summary>
    internal ReadOnlyMemory<byte> Bytes { get; init; }

    /// <summary>Gets a value indicating whether this is a flog slot, whose stores need an order of their own.</summary>
    internal bool IsFlogSlot { get; init; }

    internal static BlockPoolChange Of(
        string structure, long offset, ReadOnlyMemory<byte> bytes, string found, string restored, bool isCertain) =>
        new(structure, offset, bytes.Length, found, restored, isCertain) { Bytes = bytes };
}
