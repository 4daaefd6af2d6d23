namespace PmemTyped.Mapping.Tests;

/// <summary>A fact about page granularity, skipped aloud where the environment forces cache lines.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class PageGranularFactAttribute : FactAttribute
{
    public PageGranularFactAttribute() =>
        Skip = MapGranularity.Decide(false, "ext2/3/4", PmemPlatform.Current.ForcesPersistentMemory)
            .Granularity == StoreGranularity.Page
            ? null
            : $"{PmemPlatform.ForcePersistentVariable} selects cache-line flushes, which cannot fail.";
}
