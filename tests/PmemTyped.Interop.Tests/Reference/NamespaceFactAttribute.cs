using System.Diagnostics;

namespace PmemTyped.Interop.Tests.Reference;

/// <summary>A fact that needs the reference and a mount namespace to show it another sysfs; skipped aloud elsewhere.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class NamespaceFactAttribute : FactAttribute
{
    private static readonly Lazy<string?> s_unavailableBecause = new(Try);

    public NamespaceFactAttribute() => Skip = ReferenceAvailability.Join(Pmempool.MissingBecause, s_unavailableBecause.Value);

    private static string? Try()
    {
        try
        {
            using Process process = Process.Start(
                new ProcessStartInfo("unshare", ["--mount", "mount", "--bind", "/sys", "/sys"]) { RedirectStandardError = true })!;
            string error = process.StandardError.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0 ? null : $"No mount namespace can be made here: {error}";
        }
        catch (System.ComponentModel.Win32Exception exception)
        {
            return $"No mount namespace can be made here: {exception.Message}";
        }
    }
}
