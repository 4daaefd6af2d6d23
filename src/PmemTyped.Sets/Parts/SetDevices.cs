using PmemTyped.Mapping;
using PmemTyped.Mapping.Devices;

namespace PmemTyped.Sets.Parts;

/// <summary>The devices of this machine.</summary>
internal sealed class SetDevices : ISetDevices
{
    internal static SetDevices OfThisMachine { get; } = new();

    public string? DeviceId(PmemSource source) => PmemDevice.Of(source).TryGetDeviceId(out string id) ? id : null;

    public ulong? UnsafeShutdownCount(PmemSource source) =>
        PmemDevice.Of(source).TryGetUnsafeShutdownCount(out ulong count) ? count : null;

    public IReadOnlyList<PmemBadBlock> FindBadBlocks(PmemSource source) => PmemBadBlocks.Find(source);

    public void ClearBadBlock(PmemSource source, PmemBadBlock block) => PmemBadBlocks.Clear(source, block);

    public void DeepPersist(PmemMap map, long offset, long lengthBytes)
    {
        using scoped PmemMapLease lease = map.Lease();
        lease.DeepPersist(offset, lengthBytes);
    }
}
