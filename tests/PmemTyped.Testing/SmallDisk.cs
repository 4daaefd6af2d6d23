using System.Diagnostics;

namespace PmemTyped.Testing;

/// <summary>A file system of eight megabytes, less than the smallest pool. Needs the right to mount.</summary>
public sealed class SmallDisk : IDisposable
{
    public const long SizeBytes = 8 << 20;

    private static readonly Lazy<string?> s_unavailableBecause = new(TryMount);
    private readonly TempDirectory _directory = TempDirectory.Create();

    private SmallDisk(string options)
    {
        string? refusal = Run("mount", "-t", "tmpfs", "-o", options, "none", _directory.Path);
        if (refusal is not null)
        {
            _directory.Dispose();
            throw new InvalidOperationException(refusal);
        }
    }

    /// <summary>Why there can be none here, or null.</summary>
    public static string? UnavailableBecause => s_unavailableBecause.Value;

    public string Path => _directory.Path;

    public static SmallDisk Mount() => new(FormattableString.Invariant($"size={SizeBytes}"));

    public string File(string name) => _directory.File(name);

    public void MakeReadOnly() => Assert.Null(Run("mount", "-o", "remount,ro", Path));

    public void ForbidExecution() => Assert.Null(Run("mount", "-o", "remount,noexec", Path));

    public void Dispose()
    {
        Assert.Null(Run("umount", Path));
        _directory.Dispose();
    }

    private static string? TryMount()
    {
        try
        {
            using SmallDisk disk = Mount();
            return null;
        }
        catch (Exception exception)
        {
            return $"A small file system cannot be mounted here: {exception.Message}";
        }
    }

    private static string? Run(string program, params string[] arguments)
    {
        using Process process = Process.Start(
            new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        string error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? null : $"{program} failed: {error}";
    }
}
