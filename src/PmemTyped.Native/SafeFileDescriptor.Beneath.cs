using System.Runtime.InteropServices;
using PmemTyped.Native.Linux;

namespace PmemTyped.Native;

/// <content>Directories that names are resolved from, found without following links.</content>
public sealed partial class SafeFileDescriptor
{
    private static int Place => Interop.PlaceOnly | Interop.DirectoryOnly;

    /// <summary>Opens a directory to resolve names from: open(2) with O_PATH and O_DIRECTORY.</summary>
    internal static SafeFileDescriptor? OpenPlace(FilePath path, out int error) => OpenCore(path, Place, 0, out error);

    /// <summary>Opens a directory below this one: openat2(2), or a walk where the kernel or a filter has none. ELOOP for a link.</summary>
    /// <param name="name">Its relative path, without empty and dotted segments.</param>
    /// <param name="asksKernel">False for the walk.</param>
    /// <param name="error">Error number, 0 for success.</param>
    internal SafeFileDescriptor? OpenPlaceBeneath(ReadOnlySpan<byte> name, bool asksKernel, out int error)
    {
        SafeFileDescriptor? found = null;
        error = Errno.NotImplemented;
        if (asksKernel)
        {
            found = AskForPlace([.. name, 0], out error);
        }

        // Filters of containers that do not know the call answer EPERM.
        return error is Errno.NotImplemented or Errno.OperationNotPermitted ? WalkToPlace(name, out error) : found;
    }

    private unsafe SafeFileDescriptor? AskForPlace(byte[] terminated, out int error)
    {
        var how = new Interop.OpenHow
        {
            Flags = (ulong)(Place | Interop.CloseOnExec),
            Resolve = Interop.ResolveBeneath | Interop.ResolveNoLinks | Interop.ResolveNoMagicLinks,
        };
        fixed (byte* path = terminated)
        {
            // SAFETY: the path is pinned and ends with NUL; the structure is a local of the size that is told.
            int descriptor = Interop.Openat2(Number, path, &how);
            error = descriptor < 0 ? Marshal.GetLastPInvokeError() : Errno.None;
            GC.KeepAlive(this);
            return descriptor < 0 ? null : new SafeFileDescriptor(descriptor);
        }
    }

    private SafeFileDescriptor? WalkToPlace(ReadOnlySpan<byte> name, out int error)
    {
        SafeFileDescriptor? reached = null;
        error = Errno.None;
        foreach (Range segment in name.Split((byte)'/'))
        {
            SafeFileDescriptor above = reached ?? this;
            byte[] terminated = [.. name[segment], 0];
            reached = OpenAt(above.Number, terminated, Place | Interop.NoFollow, 0, out error);
            if (error == Errno.NotADirectory && above.IsLink(terminated))
            {
                error = Errno.TooManyLinks;
            }

            if (above != this)
            {
                above.Dispose();
            }

            if (reached is null)
            {
                break;
            }
        }

        GC.KeepAlive(this);
        return reached;
    }

    // Only tells two refusals apart: an open that must find a directory says ENOTDIR of a link too.
    private unsafe bool IsLink(byte[] terminated)
    {
        fixed (byte* name = terminated)
        {
            // SAFETY: the name is pinned and ends with NUL.
            return FileStatus.Read(Number, name, Interop.AtNoFollow, out _) == Errno.TooManyLinks;
        }
    }
}
