using PmemTyped.Native;
using PmemTyped.Native.Linux;

namespace PmemTyped.Mapping;

/// <summary>
/// Reads and writes a source past its maps, so that a bad block is an error and not a signal (mapping specification,
/// section 12.8). A file is asked through the kernel; a device, which cannot be, is mapped and copied under its guard.
/// </summary>
internal static class PositionedTransfer
{
    internal static void Read(PmemSource source, SafeFileDescriptor descriptor, long offset, Span<byte> destination)
    {
        CheckRange(source, offset, destination.Length);
        int error;
        if (source.Kind == PmemSourceKind.DeviceDax)
        {
            using SafeMapHandle map = MapDevice(source, descriptor, writable: false);
            error = FaultSafeCopy.Read(map.Range, offset, destination);
        }
        else
        {
            error = descriptor.ReadAt(offset, destination, out int count);
            error = error == Errno.None && count < destination.Length ? Errno.NoData : error;
        }

        ThrowIf(error, source, "read", offset, destination.Length, "Bytes before a bad block can still be read.");
    }

    internal static void Write(PmemSource source, SafeFileDescriptor descriptor, long offset, ReadOnlySpan<byte> bytes)
    {
        RequireWritable(source, descriptor);
        CheckRange(source, offset, bytes.Length);
        int error;
        if (source.Kind == PmemSourceKind.DeviceDax)
        {
            using SafeMapHandle map = MapDevice(source, descriptor, writable: true);
            error = FaultSafeCopy.Write(map.Range, offset, bytes);
        }
        else
        {
            error = descriptor.WriteAt(offset, bytes, out _);
        }

        ThrowIf(error, source, "write", offset, bytes.Length, "A part of them may be stored.");
    }

    // The offset is compared first: a difference of an offset beyond the end would wrap and let everything pass.
    private static void CheckRange(PmemSource source, long offset, int lengthBytes)
    {
        long sourceBytes = source.GetLengthBytes();
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        if (offset > sourceBytes || lengthBytes > sourceBytes - offset)
        {
            throw new ArgumentOutOfRangeException(
                nameof(offset),
                FormattableString.Invariant($"{lengthBytes} bytes at offset 0x{offset:X} do not lie inside ")
                + FormattableString.Invariant($"'{source.Path}', which has {sourceBytes} bytes."));
        }
    }

    private static void RequireWritable(PmemSource source, SafeFileDescriptor descriptor)
    {
        if (!source.IsWritable)
        {
            throw new InvalidOperationException($"'{source.Path}' was opened read-only, so it cannot be written to.");
        }

        // Such a descriptor would add the bytes to the end, whatever the offset.
        if (descriptor.GetAccess(out FileAccessMode access) == Errno.None && access.Appends)
        {
            throw new InvalidOperationException(
                $"'{source.Path}' was opened for appending, so it cannot be written to at an offset. Open it without.");
        }
    }

    private static SafeMapHandle MapDevice(PmemSource source, SafeFileDescriptor descriptor, bool writable) =>
        SafeMapHandle.Map(
            new MapRequest(
                descriptor,
                OffsetBytes: 0,
                source.GetLengthBytes(),
                (int)(writable ? MapProtection.Read | MapProtection.Write : MapProtection.Read),
                IsPrivate: false,
                source.AlignmentBytes),
            out _,
            out int error)
        ?? throw new PmemIOException("map", source.Path, error, "Check permissions and address space limits.");

    // EFAULT is what the guard reports of a device; the medium is at fault, not an address of the caller.
    private static void ThrowIf(
        int error, PmemSource source, string verb, long offset, int lengthBytes, string nextStep)
    {
        if (error != Errno.None)
        {
            throw new PmemIOException(
                FormattableString.Invariant($"{verb} {lengthBytes} bytes at offset 0x{offset:X} of"),
                source.Path,
                error == Errno.BadAddress ? Errno.InputOutput : error,
                nextStep);
        }
    }
}
