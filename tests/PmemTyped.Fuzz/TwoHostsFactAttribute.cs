namespace PmemTyped.Fuzz;

/// <summary>A fact that needs network namespaces, skipped aloud where they are not permitted.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class TwoHostsFactAttribute : FactAttribute
{
    private static readonly Lazy<string?> s_impossibleBecause = new(TwoHosts.ImpossibleBecause);

    public TwoHostsFactAttribute() => Skip = s_impossibleBecause.Value;
}
