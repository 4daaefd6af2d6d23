using System.Diagnostics.CodeAnalysis;

namespace PmemTyped.Objects.Regions;

/// <summary>Reports that a region cannot be trusted. Thrown before anything is stored.</summary>
/// <param name="path">The region.</param>
internal readonly struct RegionDamage(string path)
{
    private const string NextStep = "Nothing was changed. Restore the region from a copy.";

    internal string Path => path;

    [DoesNotReturn]
    internal void Throw(string structure, long offset, string expected, string found) =>
        throw new PmemCorruptionException(path, structure, offset, expected, found, NextStep);
}
