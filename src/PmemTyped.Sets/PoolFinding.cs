using System.Diagnostics.CodeAnalysis;

namespace PmemTyped.Sets;

/// <summary>One thing that is not as it should be in a pool file.</summary>
/// <param name="Kind">Whether the file is damaged or merely something else.</param>
/// <param name="Structure">The structure, for example "arena 0 info block".</param>
/// <param name="Offset">Its byte offset in the file.</param>
/// <param name="Expected">What a sound pool would hold.</param>
/// <param name="Found">What was found.</param>
/// <param name="NextStep">What the reader can do, one sentence.</param>
public sealed record PoolFinding(
    PoolFindingKind Kind, string Structure, long Offset, string Expected, string Found, string NextStep)
{
    /// <summary>Raises the finding as the exception of its kind.</summary>
    /// <param name="path">The pool file.</param>
    /// <exception cref="PmemFormatException">The file is something else.</exception>
    /// <exception cref="PmemCorruptionException">The file is damaged.</exception>
    [DoesNotReturn]
    public void Throw(string path) => throw ToException(path);

    /// <inheritdoc/>
    public override string ToString() => FormattableString.Invariant(
        $"{Structure} at offset 0x{Offset:X}: expected {Expected}, found {Found}");

    private PmemException ToException(string path) => Kind == PoolFindingKind.Format
        ? new PmemFormatException(path, Structure, Offset, Expected, Found, NextStep)
        : new PmemCorruptionException(path, Structure, Offset, Expected, Found, NextStep);
}
