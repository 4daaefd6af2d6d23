using PmemTyped.Blocks.Layout;
using PmemTyped.Mapping;
using PmemTyped.Native;

namespace PmemTyped.Blocks.Btt;

/// <summary>The two halves of one flog slot, and which of them counts (block pool format, section 9).</summary>
internal readonly record struct FlogSlot(BttFlogLayout First, BttFlogLayout Second)
{
    /// <summary>0 or 1: the half of the lane's last write; -1 when neither can be it.</summary>
    internal int CurrentHalf
    {
        get
        {
            uint first = First.Sequence;
            uint second = Second.Sequence;
            if (first == second)
            {
                return -1;
            }

            if (first == 0 || second == 0)
            {
                return first == 0 ? 1 : 0;
            }

            return BttFlogLayout.NextSequence(first) == second ? 1 : 0;
        }
    }

    /// <summary>Whether every 8-byte store of another slot is here or still zero.</summary>
    internal bool IsBlankOrPartOf(FlogSlot other) =>
        IsBlankOrPartOf(First, other.First) && IsBlankOrPartOf(Second, other.Second);

    internal BttFlogLayout Half(int half) => half == 0 ? First : Second;

    /// <summary>A lane that has never written: it owns one of the last blocks of the arena.</summary>
    internal static FlogSlot Initial(ArenaGeometry arena, int lane)
    {
        BttMapEntry free = BttMapEntry.Make(arena.Lbas + (uint)lane, BlockState.Zero);
        var first = new BttFlogLayout { Lba = (uint)lane, OldMap = free.Value, NewMap = free.Value, Sequence = 1 };
        return new FlogSlot(first, default);
    }

    internal static FlogSlot Load<TMedium>(TMedium medium, ArenaGeometry arena, int lane)
        where TMedium : struct, IPmemMedium
    {
        ReadOnlySpan<byte> bytes = medium.Window(arena.FlogEntryOffset(lane, 0), 2 * BttFlogLayout.SizeBytes);
        return new FlogSlot(
            Blittable.Read<BttFlogLayout>(bytes),
            Blittable.Read<BttFlogLayout>(bytes[BttFlogLayout.SizeBytes..]));
    }

    private static bool IsBlankOrPartOf(BttFlogLayout entry, BttFlogLayout other)
    {
        bool isLogBlank = entry.Lba == 0 && entry.OldMap == 0;
        bool isActivationBlank = entry.NewMap == 0 && entry.Sequence == 0;
        return (isLogBlank || (entry.Lba == other.Lba && entry.OldMap == other.OldMap))
            && (isActivationBlank || (entry.NewMap == other.NewMap && entry.Sequence == other.Sequence));
    }
}
