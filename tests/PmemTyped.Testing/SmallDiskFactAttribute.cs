namespace PmemTyped.Testing;

/// <summary>A fact that needs a file system of its own, skipped aloud where none can be mounted.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class SmallDiskFactAttribute : FactAttribute
{
    public SmallDiskFactAttribute() => Skip = SmallDisk.UnavailableBecause;
}
