using PmemTyped.Mapping;
using PmemTyped.Mapping.Devices;

namespace PmemTyped.Tool.Documents;

/// <summary>What the device behind a path tells of itself; what it does not tell is null, with the reason beside it.</summary>
/// <param name="Region">The region of the NVDIMM bus.</param>
/// <param name="NoRegionBecause">Why there is none, otherwise null.</param>
/// <param name="Dimms">The modules behind the region.</param>
/// <param name="UnsafeShutdownCount">How often they lost power before their caches were empty.</param>
/// <param name="DeviceId">Their identifiers, joined.</param>
/// <param name="NumaNode">The node that the region is near to.</param>
/// <param name="BadBlocks">How many runs of bad blocks the file has.</param>
/// <param name="NoBadBlocksBecause">Why bad blocks could not be looked for, otherwise null.</param>
internal sealed record DeviceDocument(
    string? Region,
    string? NoRegionBecause,
    IReadOnlyList<string> Dimms,
    ulong? UnsafeShutdownCount,
    string? DeviceId,
    int? NumaNode,
    int? BadBlocks,
    string? NoBadBlocksBecause)
{
    internal static DeviceDocument Of(PmemSource source)
    {
        PmemDevice device = PmemDevice.Of(source);
        (int? badBlocks, string? unknown) = CountBadBlocks(source);
        return new DeviceDocument(
            device.RegionName,
            device.UnsupportedBecause,
            device.Dimms,
            device.TryGetUnsafeShutdownCount(out ulong count) ? count : null,
            device.TryGetDeviceId(out string id) ? id : null,
            device.TryGetNumaNode(out int node) ? node : null,
            badBlocks,
            unknown);
    }

    private static (int? Count, string? Reason) CountBadBlocks(PmemSource source)
    {
        try
        {
            return (PmemBadBlocks.Find(source).Count, null);
        }
        catch (NotSupportedException reason)
        {
            return (null, reason.Message);
        }
    }
}
