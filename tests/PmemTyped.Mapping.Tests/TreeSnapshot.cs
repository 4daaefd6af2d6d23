using System.Security.Cryptography;

namespace PmemTyped.Mapping.Tests;

/// <summary>All that a refused call must not change in a directory: names, kinds, links, modes, sizes and content.</summary>
internal static class TreeSnapshot
{
    internal static IReadOnlyList<string> Of(string directory) =>
    [
        .. new DirectoryInfo(directory).EnumerateFileSystemInfos("*", SearchOption.AllDirectories)
            .Select(Describe)
            .Order(StringComparer.Ordinal),
    ];

    private static string Describe(FileSystemInfo entry)
    {
        bool hasContent = entry is FileInfo && entry.LinkTarget is null && (entry.Attributes & FileAttributes.Device) == 0
            && new FileInfo(entry.FullName) is { Length: > 0 and <= 1 << 20 };
        string content = hasContent ? Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(entry.FullName))) : "-";
        string size = entry is FileInfo file && entry.LinkTarget is null ? $"{file.Length}" : "-";
        return $"{entry.FullName} {entry.Attributes} {entry.UnixFileMode} {entry.LinkTarget} {size} {content}";
    }
}
