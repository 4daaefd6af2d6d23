namespace PmemTyped.Mapping.Tests;

/// <summary>Platforms with one variable set.</summary>
internal static class ForcedPlatform
{
    /// <summary>PMEM_IS_PMEM_FORCE: "1" for cache lines, "0" for pages.</summary>
    internal static PmemPlatform Of(string force) => With(PmemPlatform.ForcePersistentVariable, force);

    internal static PmemPlatform With(string name, string? value) => new(asked => asked == name ? value : null);
}
