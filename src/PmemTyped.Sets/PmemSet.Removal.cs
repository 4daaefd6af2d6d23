using PmemTyped.Sets.Parts;

namespace PmemTyped.Sets;

/// <content>Removing a part, and what lies in a range.</content>
public sealed partial class PmemSet
{
    /// <summary>
    /// Unmaps a part that nobody else holds, after a deep flush whose failure is ignored. The part is let go. Leases that
    /// began before keep its bytes until they end. (pmemset_remove_part_map)
    /// </summary>
    /// <param name="part">A held part of this set.</param>
    /// <exception cref="PmemSetException">
    /// PART_MAP_POSSIBLE_USE_AFTER_DROP: somebody else holds it, or removes it just now. PART_NOT_FOUND: it is not in this set,
    /// or was let go.
    /// </exception>
    /// <exception cref="ObjectDisposedException">The set was disposed.</exception>
    public void Remove(PmemSetPartMap part)
    {
        ArgumentNullException.ThrowIfNull(part);
        SetSnapshot current = Current();
        PartNode node = part.Node;
        if (part.Set != this || part.IsReleased || Array.IndexOf(current.Nodes, node) < 0)
        {
            throw new PmemSetException(
                PmemSetError.PartNotFound,
                FormattableString.Invariant($"The part at 0x{part.Descriptor.Address:X} is not in this set, or was let go."));
        }

        DeepFlushQuietly(part.Descriptor.Address, part.Descriptor.LengthBytes);
        lock (_lock)
        {
            // Under the lock, because a map that continues the part may just be under way.
            if (!node.TryClaim(holders: 1))
            {
                throw InUse(node);
            }
        }

        try
        {
            RaiseRemoval(node.Extent);
        }
        catch
        {
            node.Unclaim();
            throw;
        }

        _ = part.TryRelease();
        TakeOut([new RangeCut(node, [], [], node.Extent.Pieces)]);
    }

    /// <summary>
    /// Unmaps everything that a range touches, in units of single maps: what one map is made of goes as a whole. A part that
    /// is touched in the middle becomes two. Deep flushed before; a failure of that is ignored. (pmemset_remove_range)
    /// </summary>
    /// <param name="address">First address of the range.</param>
    /// <param name="lengthBytes">Number of bytes; 0 removes nothing.</param>
    /// <returns>How many maps were unmapped; 0 when the range touches none.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The length is negative.</exception>
    /// <exception cref="PmemSetException">
    /// PART_MAP_POSSIBLE_USE_AFTER_DROP: somebody holds a part in the range, or removes it just now; nothing was removed.
    /// </exception>
    /// <exception cref="ObjectDisposedException">The set was disposed.</exception>
    public int RemoveRange(long address, long lengthBytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(lengthBytes);
        _ = Current();
        if (lengthBytes == 0)
        {
            return 0;
        }

        Raise(new PmemSetEvent { Kind = PmemSetEventKind.RemoveRange, Address = address, LengthBytes = lengthBytes });
        DeepFlushQuietly(address, lengthBytes);
        long end = address > long.MaxValue - lengthBytes ? long.MaxValue : address + lengthBytes;
        List<RangeCut> cuts = ClaimIn(address, end);
        try
        {
            foreach (RangeCut cut in cuts.Where(c => c.IsWhole))
            {
                RaiseRemoval(cut.Node.Extent);
            }
        }
        catch
        {
            cuts.ForEach(c => c.Node.Unclaim());
            throw;
        }

        if (cuts.Count > 0)
        {
            TakeOut(cuts);
        }

        return cuts.Sum(c => c.Removed.Count);
    }

    private static PmemSetException InUse(PartNode node) => new(
        PmemSetError.PartMapPossibleUseAfterDrop,
        FormattableString.Invariant(
            $"The part at 0x{node.Extent.Start:X} cannot be removed, because it is held elsewhere, or being removed. Let go of it first."));

    private void RaiseRemoval(PartExtent extent) => Raise(new PmemSetEvent
    {
        Kind = PmemSetEventKind.PartRemove,
        Address = extent.Start,
        LengthBytes = extent.LengthBytes,
        Source = extent.Pieces[0].Source,
    });

    // All parts or none: a reference found late must not leave the range half removed.
    private List<RangeCut> ClaimIn(long start, long end)
    {
        lock (_lock)
        {
            List<RangeCut> cuts = [];
            foreach (PartNode node in Current().Nodes.Where(n => n.Extent.Start < end && start < n.Extent.End))
            {
                if (!node.TryClaim(holders: 0))
                {
                    cuts.ForEach(c => c.Node.Unclaim());
                    throw InUse(node);
                }

                cuts.Add(RangeCut.Of(node, start, end));
            }

            return cuts;
        }
    }

    // The parts are claimed, so that nobody changes them meanwhile.
    private void TakeOut(IReadOnlyList<RangeCut> cuts)
    {
        SetSnapshot former;
        lock (_lock)
        {
            SetSnapshot current = Current();
            List<PartNode> nodes = [.. current.Nodes];
            List<PartExtent> retired = [];
            foreach (RangeCut cut in cuts)
            {
                int index = nodes.IndexOf(cut.Node);
                retired.Add(cut.Node.Extent);
                if (cut.IsWhole)
                {
                    nodes.RemoveAt(index);
                    _previous = _previous == cut.Node ? NeighbourOf(nodes, index) : _previous;
                    continue;
                }

                IReadOnlyList<PartPiece> kept = cut.Below.Count > 0 ? cut.Below : cut.Above;
                cut.Node.Extent = new PartExtent(kept);
                if (cut.Below.Count > 0 && cut.Above.Count > 0)
                {
                    nodes.Insert(index + 1, new PartNode(new PartExtent(cut.Above), cut.Node.Space));
                }

                cut.Node.Unclaim();
            }

            former = Publish(
                nodes,
                current.Granularity,
                retired,
                [.. cuts.SelectMany(c => c.Removed)],
                [.. cuts.Select(c => c.Node.Space).Distinct()]);
        }

        try
        {
            UncountMaps(cuts.SelectMany(c => c.Removed));
        }
        finally
        {
            former.Leave();
        }
    }

    // The next lower part, else the next higher one, else none.
    private static PartNode? NeighbourOf(List<PartNode> nodes, int removedIndex) =>
        nodes.ElementAtOrDefault(removedIndex - 1) ?? nodes.ElementAtOrDefault(removedIndex);

    private void DeepFlushQuietly(long address, long lengthBytes)
    {
        try
        {
            using PmemSetLease lease = Lease();
            lease.DeepFlush(address, lengthBytes);
        }
        catch (PmemSetException)
        {
            // What could not be made durable was not durable before; the removal goes on, as in the reference.
        }
    }
}
