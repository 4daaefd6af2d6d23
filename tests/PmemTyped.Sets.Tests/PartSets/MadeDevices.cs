using PmemTyped.Mapping;
using PmemTyped.Mapping.Devices;
using PmemTyped.Sets.Parts;

namespace PmemTyped.Sets.Tests.PartSets;

/// <summary>Devices that answer what a test wants.</summary>
internal sealed class MadeDevices : ISetDevices
{
    internal string? Id { get; set; } = "dimm-1";

    internal ulong? Count { get; set; } = 3;

    internal List<PmemBadBlock> BadBlocks { get; } = [];

    internal Exception? FindFailure { get; init; }

    internal Exception? ClearFailure { get; init; }

    internal Exception? DeepFlushFailure { get; init; }

    internal List<(long Offset, long LengthBytes)> DeepFlushes { get; } = [];

    public string? DeviceId(PmemSource source) => Id;

    public ulong? UnsafeShutdownCount(PmemSource source) => Count;

    public IReadOnlyList<PmemBadBlock> FindBadBlocks(PmemSource source) =>
        FindFailure is null ? [.. BadBlocks] : throw FindFailure;

    public void ClearBadBlock(PmemSource source, PmemBadBlock block)
    {
        if (ClearFailure is not null)
        {
            throw ClearFailure;
        }

        BadBlocks.Remove(block);
    }

    public void DeepPersist(PmemMap map, long offset, long lengthBytes)
    {
        if (DeepFlushFailure is not null)
        {
            throw DeepFlushFailure;
        }

        DeepFlushes.Add((offset, lengthBytes));
    }
}
