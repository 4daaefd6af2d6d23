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
    public bool IsPowerSafe => Kind
        is DurabilityKind.PowerSafeByPageSync
        or DurabilityKind.PowerSafeByCacheLineFlush
        or DurabilityKind.PowerSafeByFence;

    /// <inheritdoc/>
    public override string ToString()
    {
        string means = Granularity switch
        {
            StoreGranularity.Page => "page granularity, msync",
            StoreGranularity.CacheLine => "cache-line granularity",
            _ => "byte granularity, a fence",
        };
        return Kind switch
        {
            DurabilityKind.Volatile => $"volatile ({FileSystem}): {Reason}",
            DurabilityKind.ForcedUnverified => $"{means}, forced and unverified ({FileSystem}): {Reason}",
            _ => $"{means} ({FileSystem}): {Reason}",
        };
    }
}
