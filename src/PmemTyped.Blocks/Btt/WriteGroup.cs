using PmemTyped.Blocks.Layout;

namespace PmemTyped.Blocks.Btt;

/// <summary>
/// Blocks that are written in the same three flush waves, each atomic by itself, through flog slots of the group's own.
/// Entry i uses slot FirstSlot + i in the arena of its block. Made once at open and used again and again, so a group of
/// writes allocates nothing.
/// <para>
/// Locks of map entries are taken in the order of arena and lock number; whoever holds one and asks for a second one is
/// a group, so nobody waits in a circle. Entries of one block are written in the order of their numbers, which means:
/// the last one is, and those before it are left out.
/// </para>
/// Threads: entries may be filled by different threads; everything else is for the one that publishes.
/// </summary>
internal sealed class WriteGroup
{
    /// <summary>Slots of a group: enough for 64 writers at a time, and three groups fit beside the lanes.</summary>
    internal const int MaxSlots = 64;

    private const int EntryBits = 8;
    private const int LockBits = 16;
    private const int LowLockBits = 8;

    private readonly WriteGroupEntry[] _entries;
    private readonly long[] _order;
    private readonly long[] _scratch;
    private int _locked;

    internal WriteGroup(int firstSlot, int slots)
    {
        FirstSlot = firstSlot;
        _entries = new WriteGroupEntry[slots];
        _order = new long[slots];
        _scratch = new long[slots];
    }

    internal int FirstSlot { get; }

    internal int Capacity => _entries.Length;

    /// <summary>Gets the number of entries handed out.</summary>
    internal int Count { get; private set; }

    /// <summary>Gets the entries to publish, as indexes for <see cref="Entry"/>; valid once the map is locked.</summary>
    internal ReadOnlySpan<long> Live => _order.AsSpan(0, _locked);

    /// <summary>The lock of a map entry, in the order in which locks are taken.</summary>
    internal static long LockOf(BttArena arena, uint index) =>
        ((long)arena.Geometry.Index << LockBits) | (uint)MapLocks.NumberOf(index);

    /// <summary>Hands out the next entry, blank.</summary>
    internal bool TryAdd(out int entry)
    {
        entry = Count;
        if (Count == Capacity)
        {
            return false;
        }

        Count++;
        return true;
    }

    internal ref WriteGroupEntry Entry(long entry) => ref _entries[(int)entry];

    /// <summary>Forgets all entries, what they refer to included.</summary>
    internal void Clear()
    {
        _entries.AsSpan(0, Count).Clear();
        Count = 0;
    }

    /// <summary>Leaves out entries without content and overtaken ones, and locks the map entries of the others.</summary>
    internal void LockMap()
    {
        int count = 0;
        for (int i = 0; i < Count; i++)
        {
            if (_entries[i].HasContent)
            {
                _order[count++] = (_entries[i].Lock << EntryBits) | (uint)i;
            }
        }

        Span<long> sorted = _order.AsSpan(0, count);
        Sort(sorted, _scratch);
        _locked = 0;
        long lockBefore = -1;
        for (int i = 0; i < count; i++)
        {
            ref WriteGroupEntry entry = ref Sorted(sorted, i);
            if (entry.Lock != lockBefore)
            {
                entry.Arena.MapLocks.Enter(NumberOf(entry.Lock));
                lockBefore = entry.Lock;
            }

            if (!IsOvertaken(sorted, i))
            {
                _order[_locked++] = sorted[i] & ((1 << EntryBits) - 1);
            }
        }
    }

    /// <summary>Gives the locks back; each has an entry that was not left out, and its entries follow each other.</summary>
    internal void UnlockMap()
    {
        long lockBefore = -1;
        foreach (long live in Live)
        {
            ref WriteGroupEntry entry = ref Entry(live);
            if (entry.Lock != lockBefore)
            {
                entry.Arena.MapLocks.Exit(NumberOf(entry.Lock));
                lockBefore = entry.Lock;
            }
        }

        _locked = 0;
    }

    // Ascending. A counting sort by the low bits of the lock number does nearly all of it, insertion what is left: a
    // general sort costs a tenth of writing the blocks.
    private static void Sort(Span<long> keys, Span<long> scratch)
    {
        Span<byte> starts = stackalloc byte[1 << LowLockBits];
        starts.Clear();
        foreach (long key in keys)
        {
            starts[LowLock(key)]++;
        }

        byte next = 0;
        foreach (ref byte start in starts)
        {
            byte count = start;
            start = next;
            next += count;
        }

        foreach (long key in keys)
        {
            scratch[starts[LowLock(key)]++] = key;
        }

        for (int i = 0; i < keys.Length; i++)
        {
            long key = scratch[i];
            int place = i;
            for (; place > 0 && keys[place - 1] > key; place--)
            {
                keys[place] = keys[place - 1];
            }

            keys[place] = key;
        }
    }

    private static int NumberOf(long mapLock) => (int)(mapLock & ((1 << LockBits) - 1));

    private static int LowLock(long key) => (int)(key >> EntryBits) & ((1 << LowLockBits) - 1);

    // Entries of one block have one lock, so they follow each other, in the order of their numbers.
    private bool IsOvertaken(ReadOnlySpan<long> sorted, int position)
    {
        ref WriteGroupEntry entry = ref Sorted(sorted, position);
        for (int later = position + 1; later < sorted.Length && SameLock(sorted, position, later); later++)
        {
            if (Sorted(sorted, later).Index == entry.Index)
            {
                return true;
            }
        }

        return false;
    }

    private static bool SameLock(ReadOnlySpan<long> sorted, int position, int later) =>
        sorted[position] >> EntryBits == sorted[later] >> EntryBits;

    private ref WriteGroupEntry Sorted(ReadOnlySpan<long> sorted, int position) =>
        ref _entries[(int)(sorted[position] & ((1 << EntryBits) - 1))];
}
