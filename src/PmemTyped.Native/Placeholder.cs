using System.Runtime.InteropServices;
using PmemTyped.Native.Linux;

namespace PmemTyped.Native;

/// <summary>
/// Inaccessible anonymous memory that holds a place in the address space until something is mapped over it (Design 0009).
/// Addresses are numbers here and never followed. Functions return -1, or an error number, like the calls they wrap.
/// </summary>
internal static class Placeholder
{
    private const long SmallAlignmentBytes = 2L << 20;
    private const long LargeAlignmentBytes = 1L << 30;
    private const long LargeFromBytes = 2L << 30;

    // Each further attempt means that another thread took the gap that was just found.
    private const int MaxClaims = 64;

    private const int Flags = Interop.MapPrivate | Interop.MapAnonymous | Interop.MapNoReserve;

    /// <summary>A DAX file system uses huge page-table entries only where address and file extent agree modulo their size.</summary>
    internal static long AlignmentFor(long lengthBytes) =>
        lengthBytes >= LargeFromBytes ? LargeAlignmentBytes : SmallAlignmentBytes;

    /// <summary>Rounds up to whole pages; a length close to the largest number stays one that the kernel refuses.</summary>
    internal static long RoundToPages(long lengthBytes) => RoundUp(lengthBytes, Environment.SystemPageSize);

    internal static long RoundUp(long lengthBytes, long alignmentBytes) =>
        lengthBytes > long.MaxValue - alignmentBytes
            ? long.MaxValue & -alignmentBytes
            : (lengthBytes + alignmentBytes - 1) & -alignmentBytes;

    /// <summary>Holds an aligned place: takes more than is needed and gives both margins back.</summary>
    /// <param name="lengthBytes">Whole pages.</param>
    /// <param name="alignmentBytes">A power of two, at least a page.</param>
    /// <param name="error">Error number, 0 for success.</param>
    internal static nint Take(long lengthBytes, long alignmentBytes, out int error)
    {
        if (lengthBytes > long.MaxValue - alignmentBytes)
        {
            error = Errno.NoMemory;
            return -1;
        }

        nint taken = Hold(0, lengthBytes + alignmentBytes, 0, out error);
        if (taken == -1)
        {
            return -1;
        }

        nint aligned = (nint)RoundUp(taken, alignmentBytes);
        Release(taken, aligned - taken);
        Release(aligned + (nint)lengthBytes, taken + (nint)alignmentBytes - aligned);
        return aligned;
    }

    /// <summary>Holds exactly the given place, EEXIST where something else is.</summary>
    internal static nint TakeAt(nint address, long lengthBytes, out int error)
    {
        nint taken = Hold(address, lengthBytes, Interop.MapFixedNoReplace, out error);
        if (taken == -1 || taken == address)
        {
            return taken;
        }

        // Before Linux 4.17 the address is only a wish.
        Release(taken, lengthBytes);
        error = Errno.Exists;
        return -1;
    }

    /// <summary>Holds the lowest aligned place at or above a hint; ENOMEM where there is none.</summary>
    internal static nint TakeFrom(long hint, long lengthBytes, long alignmentBytes, out int error)
    {
        error = Errno.NoMemory;
        for (int claim = 0; claim < MaxClaims; claim++)
        {
            if (AddressGaps.Lowest(hint, lengthBytes, alignmentBytes) is not { } gap)
            {
                error = Errno.NoMemory;
                return -1;
            }

            nint taken = TakeAt((nint)gap, lengthBytes, out error);
            if (taken != -1 || error != Errno.Exists)
            {
                return taken;
            }
        }

        return -1;
    }

    /// <summary>Replaces what this process has mapped by a placeholder, in one step.</summary>
    internal static bool Restore(nint address, long lengthBytes) =>
        Hold(address, lengthBytes, Interop.MapFixed, out _) != -1;

    /// <summary>
    /// Holds a place again over which a map just failed. The kernel may have emptied it already (before Linux 6.12), and
    /// then another thread may have taken it; so nothing is ever replaced here.
    /// </summary>
    internal static void RestoreIfEmpty(nint address, long lengthBytes) => _ = TakeAt(address, lengthBytes, out _);

    /// <summary>Gives a place back; of no bytes does nothing.</summary>
    internal static int Release(nint address, long lengthBytes) =>
        lengthBytes == 0 || Interop.Munmap(address, (nuint)lengthBytes) == 0
            ? Errno.None
            : Marshal.GetLastPInvokeError();

    private static nint Hold(nint address, long lengthBytes, int extraFlags, out int error)
    {
        nint held = Interop.Mmap(
            address, (nuint)lengthBytes, Interop.ProtectionNone, Flags | extraFlags, -1, 0);
        error = held == -1 ? Marshal.GetLastPInvokeError() : Errno.None;
        return held;
    }
}
