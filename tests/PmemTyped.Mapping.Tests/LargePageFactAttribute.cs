namespace PmemTyped.Mapping.Tests;

/// <summary>A test that needs a kernel that gathers pages of tmpfs when asked to: Linux 6.1, and not told to deny it.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class LargePageFactAttribute : FactAttribute
{
    private const string Setting = "/sys/kernel/mm/transparent_hugepage/shmem_enabled";

    public LargePageFactAttribute()
    {
        if (!Directory.Exists("/dev/shm"))
        {
            Skip = "There is no /dev/shm to make files in.";
        }
        else if (!OperatingSystem.IsOSPlatformVersionAtLeast("Linux", 6, 1))
        {
            Skip = "The kernel is older than 6.1, which was the first to gather pages when asked to.";
        }
        else if (!File.Exists(Setting) || File.ReadAllText(Setting).Contains("[deny]", StringComparison.Ordinal))
        {
            Skip = $"The kernel has no large pages for tmpfs, or is told not to use them ({Setting}).";
        }
    }
}
