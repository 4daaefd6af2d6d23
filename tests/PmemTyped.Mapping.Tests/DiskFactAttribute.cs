using PmemTyped.Testing;

namespace PmemTyped.Mapping.Tests;

/// <summary>A fact about pages that are written to a disk, skipped aloud where temporary files live in memory.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class DiskFactAttribute : FactAttribute
{
    public DiskFactAttribute()
    {
        using var directory = TempDirectory.Create();
        using PmemSource source = PmemSource.Create(directory.File("probe"), 1);
        Skip = FileSystemMagic.LivesInMemory(source.FileSystemName())
            ? $"Temporary files live on {source.FileSystemName()}, where a synced page stays dirty."
            : null;
    }
}
