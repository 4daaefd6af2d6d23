namespace PmemTyped.Tool.Tests;

/// <summary>A fact that needs an ssh daemon and client, skipped aloud where they are not installed.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class SshdFactAttribute : FactAttribute
{
    internal const string Daemon = "/usr/sbin/sshd";

    public SshdFactAttribute()
    {
        string[] missing = [.. new[] { Daemon, "/usr/bin/ssh", "/usr/bin/ssh-keygen" }.Where(p => !File.Exists(p))];
        Skip = missing.Length == 0 ? null : $"{string.Join(", ", missing)}: not installed here, so ssh cannot be tried for real.";
    }
}
