using PmemTyped.Sets.Parts;

namespace PmemTyped.Sets;

/// <content>Finding parts and holding them.</content>
public sealed partial class PmemSet
{
    /// <summary>The part with the lowest address, held until it is disposed or removed. (pmemset_first_part_map)</summary>
    /// <returns>Null when the set is empty.</returns>
    /// <exception cref="ObjectDisposedException">The set was disposed.</exception>
    public PmemSetPartMap? FirstPart() => HoldFrom(Current(), 0);

    /// <summary>
    /// The lowest part after another one's addresses, held until it is disposed or removed; the other one stays held.
    /// (pmemset_next_part_map)
    /// </summary>
    /// <param name="part">A part, also one that was disposed: its addresses count.</param>
    /// <returns>Null when there is none.</returns>
    /// <exception cref="ObjectDisposedException">The set was disposed.</exception>
    public PmemSetPartMap? NextPart(PmemSetPartMap part)
    {
        ArgumentNullException.ThrowIfNull(part);
        SetSnapshot current = Current();
        PmemSetDescriptor known = part.Descriptor;
        long last = known.Address + known.LengthBytes - 1;
        return HoldFrom(current, current.IndexAtOrBefore(last) + 1);
    }

    /// <summary>The part that an address lies in, held until it is disposed or removed. (pmemset_part_map_by_address)</summary>
    /// <param name="address">Any address of it.</param>
    /// <exception cref="PmemSetException">CANNOT_FIND_PART_MAP: there is none.</exception>
    /// <exception cref="ObjectDisposedException">The set was disposed.</exception>
    public PmemSetPartMap PartAt(long address)
    {
        SetSnapshot current = Current();
        int index = current.IndexOf(address);
        return index >= 0 && current.Nodes[index].TryHold()
            ? new PmemSetPartMap(this, current.Nodes[index])
            : throw new PmemSetException(
                PmemSetError.CannotFindPartMap, FormattableString.Invariant($"No part of the set lies at 0x{address:X}."));
    }

    // Parts that are being removed cannot be held any more.
    private PmemSetPartMap? HoldFrom(SetSnapshot current, int index)
    {
        for (int i = index; i < current.Nodes.Length; i++)
        {
            if (current.Nodes[i].TryHold())
            {
                return new PmemSetPartMap(this, current.Nodes[i]);
            }
        }

        return null;
    }
}
