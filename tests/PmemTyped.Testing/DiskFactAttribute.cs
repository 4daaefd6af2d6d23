namespace PmemTyped.Testing;

/// <summary>A fact about pages that are written to a disk, skipped aloud where temporary files live in memory.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class DiskFactAttribute : FactAttribute
{
    public DiskFactAttribute()
    {
        using var directory = TempDirectory.Create();
        string format = new DriveInfo(directory.File(".")).DriveFormat;
        Skip = format is "tmpfs" or "ramfs"
            ? $"Temporary files live on {format}, where a synced page stays dirty."
            : null;
    }
}
