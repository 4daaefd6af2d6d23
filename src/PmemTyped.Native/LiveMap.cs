namespace PmemTyped.Native;

/// <summary>One entry of <see cref="LiveMaps"/>; mutable parts change under its lock only.</summary>
internal sealed class LiveMap(nint start, long lengthBytes, long reservedBytes, bool isInReservation)
{
    internal nint Start { get; } = start;

    /// <summary>Gets the bytes that belong to the map.</summary>
    internal long LengthBytes { get; } = lengthBytes;

    /// <summary>Gets the bytes of address space it occupies, whole pages where the kernel mapped it.</summary>
    internal long ReservedBytes { get; } = reservedBytes;

    /// <summary>Gets or sets a value indicating whether the place goes back to a reservation instead of the kernel.</summary>
    internal bool IsInReservation { get; set; } = isInReservation;

    internal bool IsPersistent { get; set; }

    /// <summary>Gets or sets the map object; weak, so that a map that nobody refers to any more can be collected.</summary>
    internal WeakReference<object>? Map { get; set; }

    internal nint End => Start + (nint)LengthBytes;

    internal nint ReservedEnd => Start + (nint)ReservedBytes;
}
