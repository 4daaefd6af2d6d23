using System.Diagnostics.CodeAnalysis;
using PmemTyped.Native.Linux;

namespace PmemTyped.Native;

/// <content>
/// Paths beneath a directory: whoever may write there cannot make one lead elsewhere, because every call resolves it anew
/// and refuses links. Nothing is looked at and used afterwards.
/// </content>
public sealed partial class FilePath
{
    private readonly FilePath? _directory;
    private readonly bool _asksKernel;

    private FilePath(FilePath directory, ReadOnlySpan<byte> name, bool asksKernel)
        : this([.. directory.Bytes, Separator, .. name])
    {
        foreach (Range part in name.Split(Separator))
        {
            if (name[part].IsEmpty || name[part].SequenceEqual("."u8) || name[part].SequenceEqual(".."u8))
            {
                throw new ArgumentException(
                    $"'{Describe(name)}' has empty or dotted segments, so it is no name beneath a directory.", nameof(name));
            }
        }

        _directory = directory;
        _asksKernel = asksKernel;
        Entry = Terminate(name[(name.LastIndexOf(Separator) + 1)..]);
    }

    /// <summary>
    /// Gets a value indicating whether this lies beneath a directory: links are not followed, they are ELOOP.
    /// </summary>
    [MemberNotNullWhen(true, nameof(_directory))]
    public bool IsBeneath => _directory is not null;

    /// <summary>Gets the last name, which the kernel resolves from its directory; the whole path where links are followed.</summary>
    internal byte[] Entry { get; }

    private ReadOnlySpan<byte> RelativeBytes => Bytes[(_directory!.Bytes.Length + 1)..];

    /// <summary>
    /// Makes the path of a file beneath a directory. Whatever is done by it never follows a symbolic link or a magic link of /proc
    /// below the directory, even one that is put there meanwhile: ELOOP. The path of the directory itself may go through links.
    /// (openat2: RESOLVE_BENEATH, RESOLVE_NO_SYMLINKS, RESOLVE_NO_MAGICLINKS)
    /// </summary>
    /// <param name="directory">The directory; opened anew each time.</param>
    /// <param name="name">The name below it: relative, without empty segments, "." and "..".</param>
    /// <exception cref="ArgumentException">The name is none of these.</exception>
    public static FilePath Beneath(FilePath directory, FilePath name) => Beneath(directory, name, asksKernel: true);

    /// <summary>As the other one; the kernel can be left unasked, as where it has no openat2.</summary>
    internal static FilePath Beneath(FilePath directory, FilePath name, bool asksKernel)
    {
        ArgumentNullException.ThrowIfNull(directory);
        ArgumentNullException.ThrowIfNull(name);
        return directory.IsBeneath ? directory.Append(name) : new FilePath(directory, name.Bytes, asksKernel);
    }

    /// <summary>Opens what <see cref="Entry"/> is resolved from.</summary>
    /// <param name="number">Its descriptor; the current directory for a path that follows links.</param>
    /// <param name="error">Error number, 0 for success.</param>
    /// <returns>What keeps it open; null for the current directory, and after an error.</returns>
    internal SafeFileDescriptor? OpenHolder(out int number, out int error)
    {
        number = Interop.AtCurrentDirectory;
        error = Errno.None;
        if (!IsBeneath)
        {
            return null;
        }

        int end = RelativeBytes.LastIndexOf(Separator);
        SafeFileDescriptor? directory = SafeFileDescriptor.OpenPlace(_directory, out error);
        if (directory is not null && end > 0)
        {
            using SafeFileDescriptor above = directory;
            directory = above.OpenPlaceBeneath(RelativeBytes[..end], _asksKernel, out error);
        }

        number = directory?.Number ?? number;
        return directory;
    }

    private FilePath ParentBeneath()
    {
        int end = RelativeBytes.LastIndexOf(Separator);
        return end < 0 ? _directory! : new FilePath(_directory!, RelativeBytes[..end], _asksKernel);
    }
}
