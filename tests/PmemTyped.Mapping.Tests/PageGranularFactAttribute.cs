namespace PmemTyped.Mapping.Tests;

/// <summary>A fact about page granularity, skipped aloud where the environment forces cache lines.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class PageGranularFactAttribute : FactAttribute
{
    public PageGranularFactAttribute() =>
        Skip = PmemPlatform.Current.ForcesPersistentMemory != true
            && MapGranularity.Named(PmemPlatform.Current.Variable(PmemPlatform.ForceGranularityVariable)) is null
            ? null
            : "The environment forces a granularity; cache-line flushes cannot fail.";
}
