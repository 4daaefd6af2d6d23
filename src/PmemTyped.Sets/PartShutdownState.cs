namespace PmemTyped.Sets;

/// <summary>
/// What an application keeps beside the data of a part, to know at the next open whether the data can be trusted. The set
/// computes it and tells of every change with <see cref="PmemSetEventKind.SdsUpdate"/>; the application stores it, best with
/// a deep flush. (struct pmemset_sds; sets specification, section 9)
/// </summary>
/// <param name="DeviceId">Identifier of the device; empty for a state that was never used.</param>
/// <param name="UnsafeShutdownCount">How often the device had lost power unsafely.</param>
/// <param name="ReferenceCount">How many maps of the source were live; only counted up and down, never reset.</param>
public sealed record PartShutdownState(string DeviceId, ulong UnsafeShutdownCount, int ReferenceCount)
{
    /// <summary>The longest identifier, in characters.</summary>
    public const int MaxDeviceIdLength = 512;

    /// <summary>Gets a state that was never used.</summary>
    public static PartShutdownState Fresh { get; } = new(string.Empty, 0, 0);
}
