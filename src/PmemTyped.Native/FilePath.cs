using System.Buffers;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using PmemTyped.Native.Linux;

namespace PmemTyped.Native;

/// <summary>
/// A path as the kernel knows it: bytes that end at the first NUL, in no particular encoding. Keeps them beside a text
/// for messages, because the text of a name that is not UTF-8 does not lead back to the file. One made by
/// <see cref="Beneath(FilePath, FilePath)"/> follows no links. Immutable; threads: safe.
/// </summary>
public sealed partial class FilePath
{
    private const byte Separator = (byte)'/';
    private const int MaxLinkBytes = 4096;
    private static readonly UTF8Encoding s_strict = new(
        encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>
    /// Initializes a new instance of the <see cref="FilePath"/> class from text, which becomes UTF-8.
    /// </summary>
    /// <param name="path">The path.</param>
    /// <exception cref="ArgumentException">It is empty, has a NUL inside, or is not valid UTF-16.</exception>
    public FilePath(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        Terminated = Entry = Terminate(Encode(path));
        Text = path;
    }

    /// <summary>Initializes a new instance of the <see cref="FilePath"/> class from the bytes of the name.</summary>
    /// <param name="path">The path without a terminator; copied.</param>
    /// <exception cref="ArgumentException">It is empty or has a NUL inside.</exception>
    public FilePath(ReadOnlySpan<byte> path)
    {
        Terminated = Entry = Terminate(path);
        Text = Describe(path);
    }

    /// <summary>Gets the path for messages; bytes that are not UTF-8 are shown as \xNN.</summary>
    public string Text { get; }

    /// <summary>Gets the bytes, without a terminator.</summary>
    public ReadOnlySpan<byte> Bytes => Terminated.AsSpan(0, Terminated.Length - 1);

    private byte[] Terminated { get; }

    /// <summary>Makes a path of text.</summary>
    /// <param name="path">The path.</param>
    public static implicit operator FilePath(string path) => new(path);

    /// <summary>Gets the directory that holds the last component: what is before the last separator.</summary>
    public FilePath Parent() => IsBeneath ? ParentBeneath() : Bytes.LastIndexOf(Separator) switch
    {
        -1 => new FilePath("."u8),
        0 => new FilePath("/"u8),
        int end => new FilePath(Bytes[..end]),
    };

    /// <summary>
    /// Gets the path of an entry of this directory; an absolute <paramref name="name"/> stands for itself, unless this lies
    /// beneath a directory.
    /// </summary>
    /// <param name="name">Name of the entry, or a path that starts here.</param>
    /// <exception cref="ArgumentException">This lies beneath a directory, and the name may not.</exception>
    public FilePath Append(FilePath name) =>
        IsBeneath ? new FilePath(_directory, [.. RelativeBytes, Separator, .. name.Bytes], _asksKernel)
        : name.Bytes[0] == Separator ? name
        : new FilePath([.. Bytes, Separator, .. name.Bytes]);

    /// <summary>Gets the path of another file in the same directory, whose name is this one and what is added.</summary>
    /// <param name="suffix">What is added.</param>
    /// <exception cref="ArgumentException">
    /// It has a NUL inside, is not valid UTF-16, or makes a name that may not lie beneath a directory.
    /// </exception>
    public FilePath WithSuffix(string suffix) => IsBeneath
        ? new FilePath(_directory, [.. RelativeBytes, .. Encode(suffix)], _asksKernel)
        : new FilePath([.. Bytes, .. Encode(suffix)]);

    /// <summary>Removes the name: unlinkat(2).</summary>
    /// <returns>Error number, 0 for success.</returns>
    public unsafe int Unlink()
    {
        using SafeFileDescriptor? holder = OpenHolder(out int directory, out int error);
        if (error != Errno.None)
        {
            return error;
        }

        fixed (byte* name = Entry)
        {
            // SAFETY: the name is pinned and ends with NUL; the descriptor is open until the end of the method.
            return Interop.Unlinkat(directory, name, 0) == 0 ? Errno.None : Marshal.GetLastPInvokeError();
        }
    }

    /// <summary>Gives the file another name, at once; what had that name is gone: renameat(2).</summary>
    /// <param name="to">The other name, on the same file system.</param>
    /// <returns>Error number, 0 for success.</returns>
    public unsafe int Rename(FilePath to)
    {
        using SafeFileDescriptor? holder = OpenHolder(out int directory, out int error);
        if (error != Errno.None)
        {
            return error;
        }

        using SafeFileDescriptor? toHolder = to.OpenHolder(out int toDirectory, out error);
        if (error != Errno.None)
        {
            return error;
        }

        fixed (byte* name = Entry, toName = to.Entry)
        {
            // SAFETY: both names are pinned and end with NUL; both descriptors are open until the end of the method.
            return Interop.Renameat(directory, name, toDirectory, toName) == 0 ? Errno.None : Marshal.GetLastPInvokeError();
        }
    }

    /// <summary>Reads where a symbolic link leads: readlink(2).</summary>
    /// <param name="target">What the link says, relative to its own directory; null on failure.</param>
    /// <returns>Error number, 0 for success; EINVAL for a name that is no link; ELOOP beneath a directory, where none is followed.</returns>
    public unsafe int ReadLink(out FilePath? target)
    {
        target = null;
        if (IsBeneath)
        {
            return Errno.TooManyLinks;
        }

        byte[] buffer = new byte[MaxLinkBytes];
        nint count;
        fixed (byte* name = Terminated, link = buffer)
        {
            // SAFETY: the name is pinned and ends with NUL; the buffer is as long as the call is told.
            count = Interop.Readlink(name, link, (nuint)buffer.Length);
        }

        if (count < 0)
        {
            return Marshal.GetLastPInvokeError();
        }

        if (count is 0 or MaxLinkBytes)
        {
            return count == 0 ? Errno.NoEntry : Errno.NameTooLong;
        }

        target = new FilePath(buffer.AsSpan(0, (int)count));
        return Errno.None;
    }

    /// <summary>
    /// Describes what the path leads to, without opening it: statx(2). Links are followed, unless this lies beneath a directory.
    /// </summary>
    /// <param name="status">The result.</param>
    /// <returns>Error number, 0 for success; ELOOP for a link that is not followed.</returns>
    public unsafe int GetStatus(out FileStatus status)
    {
        status = default;
        using SafeFileDescriptor? holder = OpenHolder(out int directory, out int error);
        if (error != Errno.None)
        {
            return error;
        }

        fixed (byte* name = Entry)
        {
            // SAFETY: the name is pinned and ends with NUL; the descriptor is open until the end of the method.
            return FileStatus.Read(directory, name, IsBeneath ? Interop.AtNoFollow : 0, out status);
        }
    }

    /// <inheritdoc/>
    public override string ToString() => Text;

    private static byte[] Encode(string path)
    {
        try
        {
            return s_strict.GetBytes(path);
        }
        catch (EncoderFallbackException failure)
        {
            throw new ArgumentException(
                "The path is not valid UTF-16, so it names no file. Give the bytes of the name instead.",
                nameof(path),
                failure);
        }
    }

    private static byte[] Terminate(ReadOnlySpan<byte> path)
    {
        if (path.IsEmpty || path.Contains((byte)0))
        {
            throw new ArgumentException(
                "A path must not be empty, nor have a NUL inside: the kernel would see another path.", nameof(path));
        }

        return [.. path, 0];
    }

    private static string Describe(ReadOnlySpan<byte> path)
    {
        var text = new StringBuilder(path.Length);
        while (!path.IsEmpty)
        {
            if (Rune.DecodeFromUtf8(path, out Rune rune, out int consumed) == OperationStatus.Done)
            {
                _ = text.Append(rune);
            }
            else
            {
                foreach (byte invalid in path[..consumed])
                {
                    _ = text.Append(CultureInfo.InvariantCulture, $"\\x{invalid:X2}");
                }
            }

            path = path[consumed..];
        }

        return text.ToString();
    }
}
