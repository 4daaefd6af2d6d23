using PmemTyped.Native.Linux;

namespace PmemTyped.Native;

/// <content>Hints to the kernel about what will be read. Whatever it answers, the bytes stay the same.</content>
public sealed partial class SafeMapHandle
{
    // More than that in one call is cut off by kernels that limit a request to what the device takes at once.
    private const long PreloadBytes = 1 << 20;

    /// <summary>
    /// Asks for bytes of the file that will be read soon. They arrive in the background, in single pages, however long the
    /// range is. Harmless where nothing is mapped any more.
    /// </summary>
    /// <param name="offset">Byte offset in the map.</param>
    /// <param name="lengthBytes">Number of bytes.</param>
    public void Preload(long offset, long lengthBytes)
    {
        Range.Check(offset, lengthBytes);
        long end = offset + lengthBytes;
        for (long at = offset & -Environment.SystemPageSize; at < end; at += PreloadBytes)
        {
            _ = Interop.Madvise(handle + (nint)at, (nuint)Math.Min(PreloadBytes, end - at), Interop.MadviseWillNeed);
        }
    }

    /// <summary>Gathers what is mapped into large pages, where the kernel can; it copies, and finds memory for it.</summary>
    internal void GatherPages() => _ = Interop.Madvise(handle, (nuint)_lengthBytes, Interop.MadviseCollapse);

    private static void Advise(in MapRequest request, nint place)
    {
        if (request.Descriptor is not null && !request.ReadsAhead)
        {
            _ = Interop.Madvise(place, (nuint)request.LengthBytes, Interop.MadviseRandom);
        }
    }
}
