namespace PmemTyped;

/// <summary>
/// Marks a partial struct without fields as bytes of any number up to a capacity, for use as a field of a layout. The
/// generator writes the storage, which is the number in two bytes and room for all of them, and the conversions.
/// </summary>
/// <param name="capacityBytes">The most bytes that it holds, 1 to 65,535.</param>
[AttributeUsage(AttributeTargets.Struct)]
public sealed class VariableBytesAttribute(int capacityBytes) : Attribute
{
    /// <summary>Gets the most bytes that it holds.</summary>
    public int CapacityBytes { get; } = capacityBytes;
}
