using System.Runtime.InteropServices;

namespace PmemTyped.Native.Linux;

internal static unsafe partial class Interop
{
    internal const int AtCurrentDirectory = -100;
    internal const int AtEmptyPath = 0x1000;
    internal const int AtNoFollow = 0x100;
    internal const uint StatxBasicStats = 0x7FF;
    internal const ulong StatxAttributeDax = 0x0020_0000;
    internal const ushort FileTypeMask = 0xF000;
    internal const ushort FileTypeRegular = 0x8000;
    internal const ushort FileTypeDirectory = 0x4000;
    internal const ushort FileTypeCharacterDevice = 0x2000;
    internal const ushort FileTypeLink = 0xA000;

    /// <summary>statx(2); its structure is the same on every architecture, unlike that of stat(2).</summary>
    [LibraryImport(Libc, EntryPoint = "statx", SetLastError = true)]
    internal static partial int Statx(int directory, byte* path, int flags, uint mask, StatxResult* result);

    [StructLayout(LayoutKind.Explicit, Size = 256)]
    internal struct StatxResult
    {
        [FieldOffset(4)] public uint BlockSizeBytes;
        [FieldOffset(8)] public ulong Attributes;
        [FieldOffset(28)] public ushort Mode;
        [FieldOffset(40)] public ulong SizeBytes;
        [FieldOffset(48)] public ulong Blocks512;
        [FieldOffset(96)] public long ChangeTimeSeconds;
        [FieldOffset(128)] public uint SpecialDeviceMajor;
        [FieldOffset(132)] public uint SpecialDeviceMinor;
        [FieldOffset(136)] public uint DeviceMajor;
        [FieldOffset(140)] public uint DeviceMinor;
    }
}
