using System.Globalization;
using System.Text;
using PmemTyped.Native;
using PmemTyped.Native.Linux;

namespace PmemTyped.Mapping.Devices;

/// <summary>
/// A directory that is read as sysfs. Links are followed inside it only, a bounded number of them; attributes are read
/// without waiting and up to a limit, so that nothing in a made tree can lead elsewhere, hang, or fill the memory.
/// </summary>
internal sealed class SysfsTree
{
    // What Linux itself allows in one path; a cycle ends here.
    private const int MaxLinks = 40;

    // The kernel gives at most one page per attribute.
    private const int MaxAttributeBytes = 1 << 16;

    private readonly string _root;

    internal SysfsTree(string root) => _root = Path.GetFullPath(root).TrimEnd('/');

    /// <summary>Where a path of this tree leads, without links; null when it leads nowhere or out of the tree.</summary>
    /// <param name="path">Relative to the root, or a path that begins with it.</param>
    internal string? Resolve(string path) => Locate(path) is { } place && Path.Exists(place) ? place : null;

    /// <summary>The directory above one of this tree, or null above the root.</summary>
    internal string? Parent(string directory) =>
        Contains(directory) && directory != _root ? directory[..directory.LastIndexOf('/')] : null;

    /// <summary>The content of an attribute, or null and the error number; ENOENT when there is none.</summary>
    internal string? Read(string path, out int error)
    {
        if (Locate(path) is not { } place)
        {
            error = Errno.NoEntry;
            return null;
        }

        using SafeFileDescriptor? file = SafeFileDescriptor.OpenExisting(place, writable: false, out error);
        if (file is null)
        {
            error = error == Errno.NotADirectory ? Errno.NoEntry : error;
            return null;
        }

        byte[] content = new byte[MaxAttributeBytes];
        int length = 0;
        int count;
        do
        {
            error = file.ReadNext(content.AsSpan(length), out count);
            length += count;
        }
        while (error == Errno.None && count > 0 && length < content.Length);
        error = length == content.Length ? Errno.FileTooBig : error;
        return error == Errno.None ? Encoding.Latin1.GetString(content, 0, length) : null;
    }

    /// <summary>The number in an attribute, decimal or hexadecimal with 0x; null when there is no such attribute.</summary>
    /// <exception cref="PmemIOException">It cannot be read.</exception>
    /// <exception cref="PmemFormatException">It is no number.</exception>
    internal long? ReadNumber(string path)
    {
        string? text = Read(path, out int error);
        if (text is null)
        {
            return error == Errno.NoEntry ? null : throw Unreadable(path, error);
        }

        string digits = text.TrimEnd('\n');
        bool isNumber = digits.StartsWith("0x", StringComparison.Ordinal)
            ? long.TryParse(digits[2..], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out long number)
                && number >= 0
            : long.TryParse(digits, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out number);
        return isNumber ? number : throw Malformed(path, 0, "a number", text);
    }

    internal static PmemIOException Unreadable(string path, int error) =>
        new("read", path, error, "It is an attribute of the kernel; check who may read it.");

    internal static PmemFormatException Malformed(string path, long offset, string expected, string found) => new(
        path, "attribute", offset, expected, Quote(found), "The kernel, or whoever made this tree, wrote something else.");

    /// <summary>A piece of text that came from outside, fit for a message.</summary>
    internal static string Quote(string text)
    {
        const int Shown = 40;
        string head = text.Length > Shown ? text[..Shown] + "..." : text;
        return $"'{string.Concat(head.Select(c => c is >= ' ' and <= '~' ? c.ToString() : c == '\n' ? "\\n" : "?"))}'";
    }

    /// <summary>As <see cref="Resolve"/>, for what need not exist.</summary>
    private string? Locate(string path)
    {
        string at = _root;
        int links = 0;
        var pending = new Stack<string>();
        Push(pending, Contains(path) ? path[_root.Length..] : path);
        while (pending.TryPop(out string? component))
        {
            if (component == "..")
            {
                if (at == _root)
                {
                    return null;
                }

                at = at[..at.LastIndexOf('/')];
                continue;
            }

            string next = $"{at}/{component}";
            if (new FileInfo(next).LinkTarget is not { } target)
            {
                at = next;
                continue;
            }

            bool isAbsolute = target.StartsWith('/');
            if (++links > MaxLinks || (isAbsolute && !Contains(target)))
            {
                return null;
            }

            at = isAbsolute ? _root : at;
            Push(pending, isAbsolute ? target[_root.Length..] : target);
        }

        return at;
    }

    private static void Push(Stack<string> pending, string path)
    {
        foreach (string component in path.Split('/').Reverse().Where(c => c is not ("" or ".")))
        {
            pending.Push(component);
        }
    }

    private bool Contains(string path) =>
        path.StartsWith(_root, StringComparison.Ordinal) && (path.Length == _root.Length || path[_root.Length] == '/');
}
