namespace PmemTyped.Interop.Tests.Reference;

/// <summary>A theory that needs libpmemblk and pmempool; it is skipped with a reason where they are missing.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class ReferenceTheoryAttribute : TheoryAttribute
{
    private bool _needsSameLanes;

    public ReferenceTheoryAttribute() => Skip = ReferenceAvailability.MissingBecause;

    /// <summary>Gets or sets a value indicating whether both sides must have the same number of lanes.</summary>
    public bool NeedsSameLanes
    {
        get => _needsSameLanes;
        set
        {
            _needsSameLanes = value;
            Skip = ReferenceAvailability.Join(
                ReferenceAvailability.MissingBecause, value ? ReferenceAvailability.LanesDifferBecause : null);
        }
    }
}
