using Microsoft.CodeAnalysis.Diagnostics;

namespace PmemTyped.Analyzers.Flow;

/// <summary>What .editorconfig says about the analysis of a file.</summary>
internal sealed class FlowOptions(bool watchesExceptions, bool assumesEadr)
{
    /// <summary>Gets a value indicating whether every call that can throw is a way out.</summary>
    internal bool WatchesExceptions { get; } = watchesExceptions;

    /// <summary>
    /// Gets a value indicating whether the caches are inside the power-fail domain on every machine that the program is for:
    /// a store needs no flush there. Drains and the order of stores are asked for all the same.
    /// </summary>
    internal bool AssumesEadr { get; } = assumesEadr;

    internal static FlowOptions Of(AnalyzerConfigOptions options) => new(
        Is(options, "pmemtyped.exceptional_paths", "on"), Is(options, "pmemtyped.assume_eadr", "true"));

    private static bool Is(AnalyzerConfigOptions options, string key, string expected) =>
        options.TryGetValue(key, out string? value) && value.Trim().Equals(expected, StringComparison.OrdinalIgnoreCase);
}
