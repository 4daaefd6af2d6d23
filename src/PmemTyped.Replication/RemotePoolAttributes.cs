using System.Runtime.InteropServices;
using PmemTyped.Mapping;
using PmemTyped.Native;

namespace PmemTyped.Replication;

/// <summary>
/// What the header of a remote pool says about it: 104 bytes, as librpmem has them (struct rpmem_pool_attr; replication
/// specification, section 3).
/// <code>
///   0  signature | major | compat | incompat | ro-compat
///  24  pool set uuid | uuid | next uuid | previous uuid
///  88  user flags
/// </code>
/// </summary>
[OnMedia(IsForeignFormat = true)]
[StructLayout(LayoutKind.Explicit, Size = SizeBytes)]
public struct RemotePoolAttributes : IEquatable<RemotePoolAttributes>
{
    /// <summary>Its size.</summary>
    public const int SizeBytes = 104;

    /// <summary>Eight characters, NUL-padded, as a little-endian number.</summary>
    [FieldOffset(0)] public ulong Signature;

    /// <summary>Format version.</summary>
    [FieldOffset(8)] public uint Major;

    /// <summary>Features whose unknown bits may be ignored.</summary>
    [FieldOffset(12)] public uint Compat;

    /// <summary>Features whose unknown bits forbid opening; bit 0 stands for the option SINGLEHDR.</summary>
    [FieldOffset(16)] public uint Incompat;

    /// <summary>Features whose unknown bits forbid writing.</summary>
    [FieldOffset(20)] public uint ReadOnlyCompat;

    /// <summary>Identity of the pool; zero to have one made.</summary>
    [FieldOffset(24)] public Guid PoolSetUuid;

    /// <summary>Identity of the first part; zero to have one made.</summary>
    [FieldOffset(40)] public Guid Uuid;

    /// <summary>First part of the next replica; zero for the pool itself.</summary>
    [FieldOffset(56)] public Guid NextUuid;

    /// <summary>First part of the previous replica; zero for the pool itself.</summary>
    [FieldOffset(72)] public Guid PreviousUuid;

    /// <summary>Free for the user; where other pools keep their architecture flags. Zero for those of the target.</summary>
    [FieldOffset(88)] public Guid UserFlags;

    /// <summary>Gets a value indicating whether every byte is zero.</summary>
    public readonly bool IsZero => !Blittable.AsBytes(in this).ContainsAnyExcept((byte)0);

    /// <summary>Compares all bytes.</summary>
    /// <param name="left">One.</param>
    /// <param name="right">The other.</param>
    public static bool operator ==(in RemotePoolAttributes left, in RemotePoolAttributes right) => left.Equals(right);

    /// <summary>Compares all bytes.</summary>
    /// <param name="left">One.</param>
    /// <param name="right">The other.</param>
    public static bool operator !=(in RemotePoolAttributes left, in RemotePoolAttributes right) => !left.Equals(right);

    /// <inheritdoc/>
    public readonly bool Equals(RemotePoolAttributes other) =>
        Blittable.AsBytes(in this).SequenceEqual(Blittable.AsBytes(in other));

    /// <inheritdoc/>
    public override readonly bool Equals(object? obj) => obj is RemotePoolAttributes other && Equals(other);

    /// <inheritdoc/>
    public override readonly int GetHashCode() => HashCode.Combine(Signature, PoolSetUuid, Uuid, UserFlags);
}
