namespace PmemTyped.Mapping.Tests;

/// <summary>A fact about page granularity, skipped aloud where the environment forces cache lines.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class PageGranularFactAttribute : FactAttribute
{
    public PageGranularFactAttribute() =>
        Skip = MapGranularity.Decide(false, "ext2/3/4", Environment.GetEnvironmentVariable(MapGranularity.ForceVariable))
            .Granularity == StoreGranularity.Page
            ? null
            : $"{MapGranularity.ForceVariable} selects cache-line flushes, which cannot fail.";
}
