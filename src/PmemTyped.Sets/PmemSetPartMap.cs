using PmemTyped.Mapping;
using PmemTyped.Sets.Parts;

namespace PmemTyped.Sets;

/// <summary>
/// A part that is held: it cannot be removed by anybody else. Disposing it lets go and unmaps nothing. Threads: safe.
/// (struct pmemset_part_map; sets specification, section 7)
/// </summary>
public sealed class PmemSetPartMap : IDisposable
{
    private int _isReleased;

    internal PmemSetPartMap(PmemSet set, PartNode node)
    {
        Set = set;
        Node = node;
    }

    /// <summary>
    /// Gets where the part lies now; a map that continues it makes it longer while it is held. (pmemset_descriptor_part_map)
    /// </summary>
    public PmemSetDescriptor Descriptor => Node.Extent.Descriptor;

    internal PmemSet Set { get; }

    internal PartNode Node { get; }

    /// <summary>
    /// Gives access to the part as one map, with typed cursors; offsets count from its first byte. Nothing done through it
    /// raises an event: use <see cref="PmemSet.Lease"/> for that. <c>using scoped PmemMapLease lease = part.Lease();</c>
    /// </summary>
    /// <exception cref="ObjectDisposedException">The part was let go or removed, or the set disposed.</exception>
    /// <exception cref="PmemFaultedException">A flush failed earlier.</exception>
    public PmemMapLease Lease()
    {
        while (true)
        {
            ObjectDisposedException.ThrowIf(Volatile.Read(ref _isReleased) != 0 || Node.IsClaimed, this);
            PartExtent extent = Node.Extent;
            try
            {
                return extent.Map.Lease();
            }
            catch (ObjectDisposedException) when (Node.Extent != extent)
            {
                // The part grew meanwhile and has another map.
            }
        }
    }

    /// <summary>Lets go. (pmemset_part_map_drop)</summary>
    public void Dispose()
    {
        if (TryRelease())
        {
            Node.Drop();
        }
    }

    internal bool TryRelease() => Interlocked.Exchange(ref _isReleased, 1) == 0;

    internal bool IsReleased => Volatile.Read(ref _isReleased) != 0;
}
