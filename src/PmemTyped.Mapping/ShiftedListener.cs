namespace PmemTyped.Mapping;

/// <summary>Tells the listener of a map about a slice of it.</summary>
internal sealed class ShiftedListener(IPersistListener whole, long offsetOfSlice) : IPersistListener
{
    public void Flushed(long offset, long lengthBytes) => whole.Flushed(offsetOfSlice + offset, lengthBytes);

    public void Drained() => whole.Drained();
}
