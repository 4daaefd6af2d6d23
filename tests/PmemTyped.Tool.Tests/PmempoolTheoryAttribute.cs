namespace PmemTyped.Tool.Tests;

/// <summary>A theory that needs PMDK's own tool, and is skipped with the reason where there is none.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class PmempoolTheoryAttribute : TheoryAttribute
{
    private const string Tool = "pmempool";

    public PmempoolTheoryAttribute()
    {
        bool isThere = (Environment.GetEnvironmentVariable("PATH") ?? string.Empty)
            .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Any(d => File.Exists(Path.Combine(d, Tool)));
        Skip = isThere ? null : $"{Tool} is not on the PATH, so there is nothing to compare with.";
    }
}
