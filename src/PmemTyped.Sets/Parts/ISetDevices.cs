using PmemTyped.Mapping;
using PmemTyped.Mapping.Devices;

namespace PmemTyped.Sets.Parts;

/// <summary>What a set asks of devices; tests answer for hardware that is not there.</summary>
internal interface ISetDevices
{
    /// <summary>The identifier of the device, or null when it has none.</summary>
    string? DeviceId(PmemSource source);

    /// <summary>How often the device lost power unsafely, or null when it does not count.</summary>
    ulong? UnsafeShutdownCount(PmemSource source);

    IReadOnlyList<PmemBadBlock> FindBadBlocks(PmemSource source);

    void ClearBadBlock(PmemSource source, PmemBadBlock block);

    void DeepPersist(PmemMap map, long offset, long lengthBytes);
}
