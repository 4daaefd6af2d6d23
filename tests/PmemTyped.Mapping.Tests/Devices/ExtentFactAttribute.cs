using PmemTyped.Native;
using PmemTyped.Native.Linux;
using PmemTyped.Testing;

namespace PmemTyped.Mapping.Tests.Devices;

/// <summary>A fact that needs a temporary directory whose file system tells where a file lies; skipped aloud elsewhere.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class ExtentFactAttribute : FactAttribute
{
    private static readonly Lazy<string?> s_missingBecause = new(Probe);

    public ExtentFactAttribute() => Skip = s_missingBecause.Value;

    private static string? Probe()
    {
        using var directory = TempDirectory.Create();
        using SafeFileDescriptor file = SafeFileDescriptor.CreateNew(directory.File("probe"), UnixFileMode.UserRead, out _)!;
        int error = file.GetExtents(0, new FileExtent[1], out _);
        return error == Errno.None
            ? null
            : $"The file system of {Path.GetTempPath()} does not tell where a file lies ({Errno.Name(error)}); set TMPDIR to one on ext4 or xfs.";
    }
}
