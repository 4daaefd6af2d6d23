namespace PmemTyped.Sets;

/// <summary>
/// What the shutdown state compares: how often the devices behind a file lost power unsafely, and which devices
/// these are. Storage without such counters has zero for both (block pool format, section 4).
/// </summary>
/// <param name="UnsafeShutdownCount">Sum over the devices.</param>
/// <param name="DeviceUuid">Checksum over their identifiers.</param>
public readonly record struct ShutdownIdentity(ulong UnsafeShutdownCount, ulong DeviceUuid)
{
    /// <summary>Where Linux lists NVDIMM devices.</summary>
    public const string DefaultDeviceRoot = "/sys/bus/nd/devices";

    /// <summary>
    /// The identity on a machine without NVDIMM regions, or null when there are regions: their counters are not read
    /// by this version, and made-up values would make PMDK refuse the pool after a crash.
    /// </summary>
    /// <param name="deviceRoot">Directory that lists the devices.</param>
    public static ShutdownIdentity? Detect(string deviceRoot = DefaultDeviceRoot)
    {
        bool hasRegions = Directory.Exists(deviceRoot)
            && Directory.EnumerateFileSystemEntries(deviceRoot, "region*").Any();
        return hasRegions ? null : new ShutdownIdentity(0, 0);
    }
}
