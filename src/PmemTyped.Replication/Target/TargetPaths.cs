using System.Text;
using PmemTyped.Native.Linux;
using PmemTyped.Replication.Frames;
using PmemTyped.Replication.Generations;
using PmemTyped.Replication.Layout;
using PmemTyped.Sets.PoolSets;

namespace PmemTyped.Replication.Target;

/// <summary>
/// From names that others choose to paths below configured directories: nothing leads out of them, by dots or by links. Links
/// are looked at when a path is used; who may write to these directories on the target can do worse than swap them then.
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
    internal string SetFileOf(string name)
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

        string path = $"{_setDirectory}/{name}";
        RequireNoLinks(_setDirectory, path);
        return path;
    }

    /// <summary>The set files whose names begin so; links lead nowhere here either.</summary>
    internal IEnumerable<string> SetFiles(string prefix)
    {
        var everything = new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint };
        return Directory.EnumerateFiles(_setDirectory, "*", everything)
            .Where(p => p[(_setDirectory.Length + 1)..].StartsWith(prefix, StringComparison.Ordinal) && PoolSetFile.IsSetFile(p));
    }

    /// <summary>Refuses a part that does not lie where parts may lie.</summary>
    internal void RequirePart(string path)
    {
        string? root = _partDirectories.FirstOrDefault(d => path.StartsWith(d + "/", StringComparison.Ordinal));
        if (root is null || Path.GetFullPath(path) != path)
        {
            throw new FrameException(
                Errno.Invalid, $"The part '{path}' does not lie in a directory that this target keeps parts in.");
        }

        RequireNoLinks(root, path);
    }

    private static void RequireNoLinks(string root, string path)
    {
        for (int end = root.Length; end >= 0 && end < path.Length;)
        {
            int next = path.IndexOf('/', end + 1);
            end = next < 0 ? path.Length : next;
            string walked = path[..end];
            if (IsLink(walked))
            {
                throw new FrameException(Errno.Access, $"'{walked}' is a symbolic link, which this target does not follow.");
            }
        }
    }

    private static bool IsLink(string path)
    {
        try
        {
            return new FileInfo(path).LinkTarget is not null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new FrameException(Errno.Access, $"'{path}' cannot be looked at.", e);
        }
    }
}
