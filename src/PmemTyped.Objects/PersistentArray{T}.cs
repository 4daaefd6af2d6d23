namespace PmemTyped;

/// <summary>
/// Where the elements of an array in a region are. Like a reference it can be kept anywhere; elements are read and updated
/// through the references that the indexer gives.
/// </summary>
/// <typeparam name="T">A type marked [PersistentLayout].</typeparam>
public readonly record struct PersistentArray<T>
    where T : unmanaged, IPersistentLayout<T>
{
    internal PersistentArray(PPtr<T> first, long count)
    {
        First = first;
        Count = count;
    }

    /// <summary>Gets the first element; as a field of a layout it is what stands for the array.</summary>
    public PPtr<T> First { get; }

    /// <summary>Gets the number of elements.</summary>
    public long Count { get; }

    /// <summary>Gets the reference to an element.</summary>
    /// <param name="index">Its position.</param>
    /// <exception cref="ArgumentOutOfRangeException">It is outside.</exception>
    public PPtr<T> this[long index]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfNegative(index);
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, Count);
            return new PPtr<T>(First.Offset + (index * Objects.Regions.RegionType.StrideOf(T.Size, T.Alignment)));
        }
    }
}
