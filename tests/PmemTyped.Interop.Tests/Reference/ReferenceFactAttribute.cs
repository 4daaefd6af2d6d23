namespace PmemTyped.Interop.Tests.Reference;

/// <summary>A fact that needs libpmemblk and pmempool; it is skipped with a reason where they are missing.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class ReferenceFactAttribute : FactAttribute
{
    public ReferenceFactAttribute() => Skip = ReferenceAvailability.MissingBecause;
}
