using PmemTyped.Native;
using PmemTyped.Native.Linux;

namespace PmemTyped.Sets.PoolSets;

/// <summary>What the paths of a set file lead to; tests answer for devices that are not there.</summary>
internal class PoolSetPlaces
{
    // What the kernel follows too.
    private const int MaxLinks = 40;

    internal static PoolSetPlaces OfThisMachine { get; } = new();

    internal virtual bool IsDirectory(string path) => Directory.Exists(path);

    /// <summary>Whether a path leads to something that has a size of its own.</summary>
    internal virtual bool IsDevice(string path) =>
        new FilePath(path).GetStatus(out FileStatus status) == Errno.None && status.IsCharacterDevice;

    /// <summary>The path without links, dots and doubled slashes, as far as it exists.</summary>
    internal virtual string RealPath(string path)
    {
        string real = Path.GetFullPath(path);
        for (int link = 0; link < MaxLinks; link++)
        {
            string next = FollowFirstLink(real);
            if (next == real)
            {
                break;
            }

            real = Path.GetFullPath(next);
        }

        return real;
    }

    private static string FollowFirstLink(string path)
    {
        string walked = "/";
        string[] names = path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        for (int i = 0; i < names.Length; i++)
        {
            string parent = walked;
            walked = Path.Combine(walked, names[i]);
            try
            {
                if (new FileInfo(walked).LinkTarget is { } target)
                {
                    return Path.Combine([parent, target, .. names[(i + 1)..]]);
                }
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // Compared as it is written; opening it will say what is wrong.
                return path;
            }
        }

        return path;
    }
}
