namespace PmemTyped.Mapping.Devices;

/// <summary>A range of a source that its device cannot read. (struct pmem2_badblock)</summary>
/// <param name="OffsetBytes">First byte, from the beginning of the source.</param>
/// <param name="LengthBytes">Number of bytes.</param>
public readonly record struct PmemBadBlock(long OffsetBytes, long LengthBytes);
