namespace PmemTyped.Architecture.Tests.Support;

/// <summary>The checkout that the tests run in, and its files.</summary>
internal static class Repository
{
    private static readonly string[] s_generated = [".git", ".vs", "bin", "obj", "artifacts", "TestResults", "node_modules"];

    /// <summary>Gets the directory of the solution, above the directory that the tests run in.</summary>
    internal static string Root { get; } = FindRoot();

    /// <summary>The full path of a file or directory.</summary>
    internal static string PathOf(string relative) => Path.Combine(Root, relative);

    /// <summary>Everything under some directories that is not built, relative to the root, with '/' and in order.</summary>
    internal static IReadOnlyList<string> Files(string pattern, params string[] directories) =>
    [
        .. directories
            .Select(PathOf)
            .Where(Directory.Exists)
            .SelectMany(d => Walk(d, pattern))
            .Select(f => Path.GetRelativePath(Root, f).Replace('\\', '/'))
            .Order(StringComparer.Ordinal),
    ];

    internal static string Read(string relative) => File.ReadAllText(PathOf(relative));

    private static IEnumerable<string> Walk(string directory, string pattern) =>
        Directory.EnumerateFiles(directory, pattern)
            .Where(f => !s_generated.Contains(Path.GetFileName(f)))
            .Concat(Directory.EnumerateDirectories(directory)
                .Where(d => !s_generated.Contains(Path.GetFileName(d)))
                .SelectMany(d => Walk(d, pattern)));

    private static string FindRoot()
    {
        for (DirectoryInfo? at = new(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            if (File.Exists(Path.Combine(at.FullName, "PmemTyped.sln")))
            {
                return at.FullName;
            }
        }

        throw new InvalidOperationException($"No directory above '{AppContext.BaseDirectory}' holds PmemTyped.sln.");
    }
}
