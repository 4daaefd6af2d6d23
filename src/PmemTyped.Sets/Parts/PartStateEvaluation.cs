namespace PmemTyped.Sets.Parts;

/// <summary>The table of the sets specification, section 9.1: a pure function of stored and current state.</summary>
internal static class PartStateEvaluation
{
    internal static PartStates Evaluate(
        PartShutdownState stored, string deviceId, ulong count, bool isMapped, out PartShutdownState refreshed)
    {
        bool isSameDevice = IsSame(stored.DeviceId, deviceId);
        bool isSameCount = stored.UnsafeShutdownCount == count;
        refreshed = stored;
        if (stored.ReferenceCount <= 0)
        {
            refreshed = stored with { DeviceId = deviceId, UnsafeShutdownCount = count };
            return PartStates.Ok;
        }

        if (!isSameDevice)
        {
            return PartStates.Indeterminate;
        }

        if (!isSameCount)
        {
            return PartStates.Corrupted;
        }

        return isMapped ? PartStates.OkButAlreadyOpen : PartStates.OkButInterrupted;
    }

    private static bool IsSame(string stored, string current) => string.Equals(Clip(stored), Clip(current), StringComparison.Ordinal);

    private static string Clip(string id) =>
        id.Length > PartShutdownState.MaxDeviceIdLength ? id[..PartShutdownState.MaxDeviceIdLength] : id;
}
