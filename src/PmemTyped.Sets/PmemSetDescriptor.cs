namespace PmemTyped.Sets;

/// <summary>Where a part lies in memory. (struct pmemset_part_descriptor)</summary>
/// <param name="Address">Its first address as a number; only calls on the set take it.</param>
/// <param name="LengthBytes">Its size in bytes.</param>
public readonly record struct PmemSetDescriptor(long Address, long LengthBytes);
