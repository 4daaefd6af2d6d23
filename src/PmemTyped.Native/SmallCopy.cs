using System.Runtime.Intrinsics;

namespace PmemTyped.Native;

/// <summary>
/// Copies up to a line with moves that may overlap each other. All loads come before the first store, so the ranges may
/// overlap too; a multiple of 8 bytes is stored in words of at least 8. (mapping specification, section 9.3)
/// </summary>
internal static unsafe class SmallCopy
{
    internal const int LimitBytes = 64;

    internal static void Copy(byte* destination, byte* source, nint lengthBytes)
    {
        // SAFETY: the caller has checked both ranges; every access below lies inside the length that its branch tests.
        byte* destinationEnd = destination + lengthBytes;
        byte* sourceEnd = source + lengthBytes;
        if (lengthBytes > 32)
        {
            Vector128<byte> first = Vector128.Load(source);
            Vector128<byte> second = Vector128.Load(source + 16);
            Vector128<byte> third = Vector128.Load(sourceEnd - 32);
            Vector128<byte> fourth = Vector128.Load(sourceEnd - 16);
            first.Store(destination);
            second.Store(destination + 16);
            third.Store(destinationEnd - 32);
            fourth.Store(destinationEnd - 16);
        }
        else if (lengthBytes > 16)
        {
            Vector128<byte> first = Vector128.Load(source);
            Vector128<byte> last = Vector128.Load(sourceEnd - 16);
            first.Store(destination);
            last.Store(destinationEnd - 16);
        }
        else if (lengthBytes >= 8)
        {
            Pair<ulong>(destination, source, lengthBytes);
        }
        else if (lengthBytes >= 4)
        {
            Pair<uint>(destination, source, lengthBytes);
        }
        else if (lengthBytes >= 2)
        {
            Pair<ushort>(destination, source, lengthBytes);
        }
        else if (lengthBytes != 0)
        {
            *destination = *source;
        }
    }

    private static void Pair<T>(byte* destination, byte* source, nint lengthBytes)
        where T : unmanaged
    {
        nint lastOffset = lengthBytes - sizeof(T);
        T first = *(T*)source;
        T last = *(T*)(source + lastOffset);
        *(T*)destination = first;
        *(T*)(destination + lastOffset) = last;
    }
}
