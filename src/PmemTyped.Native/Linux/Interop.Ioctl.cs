using System.Runtime.InteropServices;

namespace PmemTyped.Native.Linux;

internal static unsafe partial class Interop
{
    /// <summary>FS_IOC_FIEMAP: _IOWR('f', 11, struct fiemap).</summary>
    internal const ulong FiemapRequest = 0xC020_660B;
    internal const uint FiemapSync = 1;
    internal const uint FiemapExtentLast = 1;
    internal const uint FiemapExtentUnknown = 2;

    /// <summary>ioctl(2).</summary>
    [LibraryImport(Libc, EntryPoint = "ioctl", SetLastError = true)]
    internal static partial int Ioctl(int descriptor, ulong request, void* argument);

    [StructLayout(LayoutKind.Explicit, Size = 32)]
    internal struct FiemapHeader
    {
        [FieldOffset(0)] public ulong Start;
        [FieldOffset(8)] public ulong LengthBytes;
        [FieldOffset(16)] public uint Flags;
        [FieldOffset(20)] public uint MappedExtents;
        [FieldOffset(24)] public uint ExtentCount;
    }

    [StructLayout(LayoutKind.Explicit, Size = 56)]
    internal struct FiemapExtent
    {
        [FieldOffset(0)] public ulong LogicalOffset;
        [FieldOffset(8)] public ulong PhysicalOffset;
        [FieldOffset(16)] public ulong LengthBytes;
        [FieldOffset(40)] public uint Flags;
    }
}
