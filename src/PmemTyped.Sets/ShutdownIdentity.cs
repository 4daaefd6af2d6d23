using System.Text;
using PmemTyped.Mapping;
using PmemTyped.Mapping.Devices;

namespace PmemTyped.Sets;

/// <summary>
/// What the shutdown state compares: how often the devices behind a file lost power unsafely, and which devices
/// these are. Storage without such counters has zero for both (block pool format, section 4).
/// </summary>
/// <param name="UnsafeShutdownCount">Sum over the devices.</param>
/// <param name="DeviceUuid">Checksum over their identifiers.</param>
public readonly record struct ShutdownIdentity(ulong UnsafeShutdownCount, ulong DeviceUuid)
{
    /// <summary>
    /// Reads the identity of what a file lies on: zero where there are no NVDIMMs, and on a partition of one, where PMDK
    /// looks for none; a count of zero for NVDIMMs that do not count. Null when the kernel knows more but it cannot be
    /// read: made-up values would make PMDK refuse the pool after a crash.
    /// </summary>
    /// <param name="source">The open file.</param>
    public static ShutdownIdentity? Detect(PmemSource source)
    {
        try
        {
            PmemDevice device = PmemDevice.Of(source);
            if (device.Dimms.Count == 0 || device.IsPartition)
            {
                return new ShutdownIdentity(0, 0);
            }

            _ = device.TryGetUnsafeShutdownCount(out ulong count);
            return device.TryGetDeviceId(out string id) ? new ShutdownIdentity(count, Checksum(id)) : null;
        }
        catch (Exception e) when (e is PmemIOException or PmemFormatException)
        {
            return null;
        }
    }

    // A C string in whole words, of which at least one byte is padding besides its terminator.
    private static ulong Checksum(string id)
    {
        int terminated = id.Length + 1;
        byte[] padded = new byte[terminated + sizeof(uint) - (terminated % sizeof(uint))];
        Encoding.Latin1.GetBytes(id, padded);
        return Fletcher64.Compute(padded);
    }
}
