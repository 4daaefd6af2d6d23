using PmemTyped.Native.Linux;

namespace PmemTyped.Native;

/// <content>Files that live in memory, kept in pages that one entry of the page table covers.</content>
public sealed partial class SafeFileDescriptor
{
    /// <summary>What one entry of the second level of the page table covers.</summary>
    private const long LargePageBytes = 2 << 20;

    /// <summary>
    /// Asks the kernel to gather the file into large pages, whatever it is told to do by itself. What it cannot gather stays as
    /// it is, and nothing is gathered where the file system has less room than the file is long. Content and size stay.
    /// (madvise(2) with MADV_COLLAPSE, Linux 6.1 and later, for file systems that keep files in memory)
    /// </summary>
    /// <param name="lengthBytes">Number of bytes from the start of the file; a last part that fills no large page stays out.</param>
    public void GatherPages(long lengthBytes)
    {
        // What does not fit is not begun: refusing it takes no memory.
        long whole = lengthBytes & -LargePageBytes;
        if (!MayHaveRoom(whole))
        {
            return;
        }

        for (long at = 0; at < whole; at += LargePageBytes)
        {
            // A large page is made of what is there; where no page is, none is made.
            if (AllocateRange(at, Environment.SystemPageSize) != Errno.None)
            {
                return;
            }
        }

        if (whole > 0)
        {
            var request = new MapRequest(this, 0, whole, Interop.ProtectionRead | Interop.ProtectionWrite, IsPrivate: false);
            using SafeMapHandle? map = SafeMapHandle.Map(request, out _, out _);
            map?.GatherPages();
        }
    }
}
