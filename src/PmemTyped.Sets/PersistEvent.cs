namespace PmemTyped.Sets;

/// <summary>A range that became durable.</summary>
/// <param name="Sequence">Counts from 1, without gaps, in the order of delivery.</param>
/// <param name="Offset">
/// Where it begins: the offset in a medium, the address in a <see cref="PmemSet"/>.
/// </param>
/// <param name="LengthBytes">Number of bytes, greater than zero.</param>
public readonly record struct PersistEvent(long Sequence, long Offset, long LengthBytes);
