namespace PmemTyped.Native.Fabric;

/// <summary>
/// The messages that an endpoint has room for. Slots are numbered: those to receive into from 0 on, then those to send from.
/// </summary>
/// <param name="ReceiveCount">Number of slots to receive into.</param>
/// <param name="SendCount">Number of slots to send from.</param>
/// <param name="SlotBytes">Size of each, a multiple of 64.</param>
public readonly record struct FabricSlots(int ReceiveCount, int SendCount, int SlotBytes)
{
    /// <summary>Gets the number of slots.</summary>
    public int Count => ReceiveCount + SendCount;

    internal long ContextsOffset => (long)Count * SlotBytes;

    internal long TotalBytes => (long)Count * (SlotBytes + FabricLayout.ContextBytes);

    internal void Check(int slot, int offset, int lengthBytes)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)slot, (uint)Count, nameof(slot));
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)offset, (uint)SlotBytes, nameof(offset));
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)lengthBytes, (uint)(SlotBytes - offset), nameof(lengthBytes));
    }
}
