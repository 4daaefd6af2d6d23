using System.Text;
using PmemTyped.Native;
using PmemTyped.Native.Linux;
using PmemTyped.Replication.Frames;
using PmemTyped.Replication.Generations;
using PmemTyped.Replication.Layout;
using PmemTyped.Sets.PoolSets;

namespace PmemTyped.Replication.Target;

/// <summary>
/// From names that others choose to paths beneath configured directories: nothing leads out of them, by dots or by links, even
/// when somebody puts a link there meanwhile.
/// </summary>
internal sealed class TargetPaths(string setDirectory, IReadOnlyList<string> partDirectories)
{
    /// <summary>The end of the name of a file that holds attributes which are not in all headers yet.</summary>
    internal const string PendingSuffix = ".pending-attributes";

    private readonly string _setDirectory = Path.TrimEndingDirectorySeparator(Path.GetFullPath(setDirectory));
    private readonly string[] _partDirectories =
    [
        .. (partDirectories.Count > 0 ? partDirectories : [setDirectory])
            .Select(d => Path.TrimEndingDirectorySeparator(Path.GetFullPath(d))),
    ];

    /// <summary>The path of a set file.</summary>
    internal FilePath SetFileOf(string name)
    {
        bool isSound = name.Length > 0
            && Encoding.UTF8.GetByteCount(name) <= ControlRequestLayout.MaxNameBytes
            && !name.Any(c => char.IsControl(c) || c == '\uFFFD')
            && name.Split('/').All(s => s is not ("" or "." or ".."))
            && !name.EndsWith(PendingSuffix, StringComparison.Ordinal)
            && !name.EndsWith(MetadataFile.Suffix, StringComparison.Ordinal);
        if (!isSound)
        {
            throw new FrameException(
                Errno.Invalid, "The name of a pool is a relative path without empty or dotted segments and control characters.");
        }

        return FilePath.Beneath(_setDirectory, name);
    }

    /// <summary>The set files whose names begin so; links lead nowhere here either.</summary>
    internal IEnumerable<FilePath> SetFiles(string prefix)
    {
        var everything = new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint };
        return Directory.EnumerateFiles(_setDirectory, "*", everything)
            .Select(p => p[(_setDirectory.Length + 1)..])
            .Where(n => n.StartsWith(prefix, StringComparison.Ordinal))
            .Select(n => FilePath.Beneath(_setDirectory, n))
            .Where(PoolSetFile.IsSetFile);
    }

    /// <summary>The path of a part, which has to lie where parts may lie.</summary>
    internal FilePath PartOf(string path)
    {
        string? root = _partDirectories.FirstOrDefault(d => path.StartsWith(d + "/", StringComparison.Ordinal));
        if (root is null || Path.GetFullPath(path) != path || path.EndsWith('/'))
        {
            throw new FrameException(
                Errno.Invalid, $"The part '{path}' does not lie in a directory that this target keeps parts in.");
        }

        return FilePath.Beneath(root, path[(root.Length + 1)..]);
    }
}
