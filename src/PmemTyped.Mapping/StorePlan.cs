using System.Diagnostics.CodeAnalysis;
using PmemTyped.Native;

namespace PmemTyped.Mapping;

/// <summary>
/// What one copy, move or fill does: pure functions of granularity, options and length, the tables of the mapping
/// specification in sections 9.1 and 12.7. Contradictory options are settled by the order of the rows.
/// </summary>
internal static class StorePlan
{
    private const StoreOptions All = StoreOptions.NoDrain | StoreOptions.NonTemporal | StoreOptions.Temporal
        | StoreOptions.WriteCombining | StoreOptions.WriteBack | StoreOptions.NoFlush;

    /// <summary>How the bytes are stored, and whether they are written back.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An option is unknown.</exception>
    internal static StoreWay WayOf(
        StoreGranularity granularity, StoreOptions options, long lengthBytes, long thresholdBytes)
    {
        if ((options & ~All) != 0)
        {
            ThrowUnknown(options);
        }

        if (Has(options, StoreOptions.NoFlush))
        {
            return StoreWay.Cached;
        }

        return granularity == StoreGranularity.CacheLine
            ? LineWay(options, lengthBytes, thresholdBytes)
            : ByteWay(options);
    }

    /// <summary>Whether an msync of the range follows.</summary>
    internal static bool SyncsPages(StoreGranularity granularity, StoreOptions options) =>
        granularity == StoreGranularity.Page && !Has(options, StoreOptions.NoFlush);

    /// <summary>Whether a drain follows.</summary>
    internal static bool Drains(StoreGranularity granularity, StoreOptions options) =>
        granularity != StoreGranularity.Page && !Has(options, StoreOptions.NoFlush | StoreOptions.NoDrain);

    private static StoreWay LineWay(StoreOptions options, long lengthBytes, long thresholdBytes)
    {
        if (Has(options, StoreOptions.WriteCombining | StoreOptions.NonTemporal))
        {
            return StoreWay.Streamed;
        }

        return Has(options, StoreOptions.WriteBack | StoreOptions.Temporal) || lengthBytes < thresholdBytes
            ? StoreWay.CachedFlushed
            : StoreWay.Streamed;
    }

    private static StoreWay ByteWay(StoreOptions options) =>
        Has(options, StoreOptions.NonTemporal) ? StoreWay.StreamedFenced : StoreWay.Cached;

    private static bool Has(StoreOptions options, StoreOptions any) => (options & any) != 0;

    [DoesNotReturn]
    private static void ThrowUnknown(StoreOptions options) => throw new ArgumentOutOfRangeException(
        nameof(options),
        options,
        FormattableString.Invariant(
            $"0x{(int)options:X} has bits that are no store option; the known ones are 0x{(int)All:X}."));
}
