namespace PmemTyped.Mapping;

/// <summary>Says honestly what a persist on one map achieves, and why.</summary>
/// <param name="Granularity">What must be done to persist a byte.</param>
/// <param name="Kind">What a persist is worth.</param>
/// <param name="FileSystem">Name of the file system, or its magic number.</param>
/// <param name="Reason">One sentence: how this was found out.</param>
public sealed record MediumDurability(
    StoreGranularity Granularity, DurabilityKind Kind, string FileSystem, string Reason)
{
    /// <summary>Gets a value indicating whether persisted bytes survive a loss of power, as far as this process can know.</summary>
    public bool IsPowerSafe =>
        Kind is DurabilityKind.PowerSafeByPageSync or DurabilityKind.PowerSafeByCacheLineFlush;

    /// <inheritdoc/>
    public override string ToString() => Kind switch
    {
        DurabilityKind.Volatile => $"volatile ({FileSystem}): {Reason}",
        DurabilityKind.PowerSafeByPageSync => $"page granularity, msync ({FileSystem}): {Reason}",
        DurabilityKind.PowerSafeByCacheLineFlush => $"cache-line granularity ({FileSystem}): {Reason}",
        _ => $"cache-line granularity, forced and unverified ({FileSystem}): {Reason}",
    };
}
