using System.Diagnostics.CodeAnalysis;
using PmemTyped.Mapping;

namespace PmemTyped;

/// <summary>
/// Keeps a region mapped for one scope and reads objects in place. Write
/// <c>using scoped RegionLease lease = region.Lease();</c>. It locks nothing: what a transaction of another thread has stored
/// and not committed is seen. Threads: the lease belongs to the thread that took it.
/// </summary>
public ref struct RegionLease
{
    private readonly PersistentRegion _region;
    [SuppressMessage("Usage", "CA2213", Justification = "It is disposed; the rule does not see it in a ref struct.")]
    private PmemMapLease _lease;

    internal RegionLease(PersistentRegion region)
    {
        _region = region;
        _lease = region.LeaseMap();
    }

    /// <summary>A cursor without stores onto an object.</summary>
    /// <typeparam name="T">A type marked [PersistentLayout].</typeparam>
    /// <param name="reference">The object.</param>
    /// <exception cref="ArgumentException">There is no object of the type.</exception>
    /// <exception cref="ObjectDisposedException">The lease has ended.</exception>
    /// <exception cref="PmemFaultedException">A flush failed earlier.</exception>
    public readonly ReadOnlyPersistent<T> Read<T>(PPtr<T> reference)
        where T : unmanaged, IPersistentLayout<T>
    {
        // Ends here when the lease has ended: what follows looks at the region.
        _ = _lease.Window(0, 0);
        _ = _region.Require(reference);
        return _lease.ReadAt<T>(reference.Offset);
    }

    /// <summary>Ends the lease; a second call does nothing.</summary>
    public void Dispose() => _lease.Dispose();
}
