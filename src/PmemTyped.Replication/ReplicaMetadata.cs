using PmemTyped.Native;
using PmemTyped.Replication.Layout;
using PmemTyped.Sets;

namespace PmemTyped.Replication;

/// <summary>
/// What a copy of a replicated pool knows of itself and of its history. Immutable; all zero for a copy that belongs to no
/// set. (replication specification, 19.7)
/// </summary>
public readonly record struct ReplicaMetadata
{
    /// <summary>The highest number of a copy.</summary>
    internal const int MaxNumber = 63;

    private const uint Clean = 1;
    private const uint Forced = 2;
    private const uint Level = 4;
    private const uint Alone = 8;

    /// <summary>Gets the set that the copy belongs to.</summary>
    public Guid SetUuid { get; init; }

    /// <summary>Gets the name of this copy.</summary>
    public Guid ReplicaId { get; init; }

    /// <summary>Gets the current generation: which copies hold all acknowledged writes, and who writes.</summary>
    public Guid Generation { get; init; }

    /// <summary>Gets the generation before it, or zero.</summary>
    public Guid Previous { get; init; }

    /// <summary>Gets the one before that, or zero.</summary>
    public Guid BeforePrevious { get; init; }

    /// <summary>
    /// Gets, at a primary, the generation since which its bitmaps are complete; while syncing, the one that the copy is given.
    /// </summary>
    public Guid BitmapBase { get; init; }

    /// <summary>Gets the highest epoch that this copy promised; nobody writes to it in a lower one.</summary>
    public ulong PromisedEpoch { get; init; }

    /// <summary>Gets what the copy is.</summary>
    public ReplicaRole Role { get; init; }

    /// <summary>Gets the number of the copy in its set, from 1.</summary>
    public int Number { get; init; }

    /// <summary>Gets the number of copies of the set, the primary included.</summary>
    public int Copies { get; init; }

    /// <summary>Gets how many copies an acknowledged write has at least: all for All, w for Quorum(w).</summary>
    public int LeastCopies { get; init; }

    /// <summary>Gets a value indicating whether the primary was closed in good order.</summary>
    public bool IsClean { get; init; }

    /// <summary>Gets a value indicating whether no member lacked anything when the primary was closed in good order.</summary>
    public bool IsLevel { get; init; }

    /// <summary>
    /// Gets a value indicating whether a human promoted this copy by force and no other one has been attached to it since: it may
    /// write without the promise of any.
    /// </summary>
    public bool IsAlone { get; init; }

    /// <summary>Gets a value indicating whether a human promoted by force in the history of this copy.</summary>
    public bool IsForced { get; init; }

    /// <summary>Gets which copies are away from the current generation: bit n for number n.</summary>
    public ulong Away { get; init; }

    /// <summary>Gets when the generation was made, in seconds since 1970; only to be shown.</summary>
    public long ChangedSeconds { get; init; }

    /// <summary>What a human has to see of it: role, number, generation with its history, epoch.</summary>
    public override string ToString()
    {
        string when = DateTimeOffset.FromUnixTimeSeconds(Math.Clamp(ChangedSeconds, 0, int.MaxValue)).ToString("u", null);
        string history = $"{Short(Generation)} < {Short(Previous)} < {Short(BeforePrevious)}";
        return FormattableString.Invariant(
            $"copy {Number} of {Copies}, {Role}, generations {history}, made {when}, epoch {PromisedEpoch >> 8}.{PromisedEpoch & 0xFF}")
            + (IsForced ? ", promoted by force" : string.Empty);
    }

    internal static ReplicaMetadata From(in ReplicaMetadataLayout slot) => new()
    {
        SetUuid = slot.SetUuid,
        ReplicaId = slot.ReplicaId,
        Generation = slot.Generation,
        Previous = slot.Previous,
        BeforePrevious = slot.BeforePrevious,
        BitmapBase = slot.BitmapBase,
        PromisedEpoch = slot.PromisedEpoch,
        Role = (ReplicaRole)slot.Role,
        Number = slot.Number,
        Copies = slot.Copies,
        LeastCopies = slot.LeastCopies,
        IsClean = (slot.Flags & Clean) != 0,
        IsForced = (slot.Flags & Forced) != 0,
        IsLevel = (slot.Flags & Level) != 0,
        IsAlone = (slot.Flags & Alone) != 0,
        Away = slot.Away,
        ChangedSeconds = slot.ChangedSeconds,
    };

    /// <summary>Whether bytes are metadata at all: by magic, version and checksum, and by values that mean something.</summary>
    internal static bool IsSound(in ReplicaMetadataLayout slot) =>
        slot.Magic == ReplicaMetadataLayout.SlotMagic
        && slot.Version == ReplicaMetadataLayout.CurrentVersion
        && slot.Checksum == ChecksumOf(in slot)
        && slot.Role <= (byte)ReplicaRole.Syncing
        && slot.Number <= MaxNumber
        && slot.Copies <= MaxNumber
        && slot.LeastCopies <= slot.Copies;

    internal ReplicaMetadataLayout ToLayout(ulong sequence)
    {
        ReplicaMetadataLayout slot = new()
        {
            Magic = ReplicaMetadataLayout.SlotMagic,
            Version = ReplicaMetadataLayout.CurrentVersion,
            Sequence = sequence,
            SetUuid = SetUuid,
            ReplicaId = ReplicaId,
            Generation = Generation,
            Previous = Previous,
            BeforePrevious = BeforePrevious,
            BitmapBase = BitmapBase,
            PromisedEpoch = PromisedEpoch,
            Role = (byte)Role,
            Number = (byte)Number,
            Copies = (byte)Copies,
            LeastCopies = (byte)LeastCopies,
            Flags = (IsClean ? Clean : 0) | (IsForced ? Forced : 0) | (IsLevel ? Level : 0) | (IsAlone ? Alone : 0),
            Away = Away,
            ChangedSeconds = ChangedSeconds,
        };
        slot.Checksum = ChecksumOf(in slot);
        return slot;
    }

    private static uint ChecksumOf(in ReplicaMetadataLayout slot) =>
        Crc32C.Compute(Blittable.AsBytes(in slot)[..ReplicaMetadataLayout.ChecksumOffset]);

    private static string Short(Guid generation) => generation == Guid.Empty ? "none" : generation.ToString("N")[..8];
}
