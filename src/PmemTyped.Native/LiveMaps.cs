using PmemTyped.Native.Linux;

namespace PmemTyped.Native;

/// <summary>
/// Every map of this process, in address order under one lock. Asked when maps are made, found or released, never by
/// stores or flushes. An entry leaves together with its memory, so no two entries overlap.
/// </summary>
public static class LiveMaps
{
    private static readonly Lock s_lock = new();
    private static readonly List<LiveMap> s_maps = [];

    /// <summary>
    /// Whether every byte lies in a map of persistent memory; maps that touch count as one. False for no bytes.
    /// (pmem_is_pmem)
    /// </summary>
    /// <param name="memory">Any memory of this process.</param>
    public static unsafe bool ContainsPersistent(ReadOnlySpan<byte> memory)
    {
        fixed (byte* start = memory)
        {
            return ContainsPersistent((nint)start, memory.Length);
        }
    }

    internal static bool ContainsPersistent(nint start, long lengthBytes)
    {
        nint position = start;
        nint end = start + (nint)lengthBytes;
        lock (s_lock)
        {
            for (int i = FirstEndingAfter(position); position < end; i++)
            {
                if (i == s_maps.Count || s_maps[i].Start > position || !s_maps[i].IsPersistent || s_maps[i].End <= position)
                {
                    return false;
                }

                position = s_maps[i].End;
            }
        }

        return lengthBytes != 0;
    }

    /// <summary>
    /// Adds an entry for a place that the kernel just gave. An entry that overlaps it is stale: its memory was unmapped by
    /// somebody else, so it is dropped and must not be given back any more.
    /// </summary>
    internal static void Add(LiveMap map)
    {
        lock (s_lock)
        {
            s_maps.Insert(DropLocked(map.Start, map.ReservedEnd), map);
        }
    }

    /// <summary>Drops the stale entries of an area that the kernel just gave, so that maps can be placed in it.</summary>
    internal static void DropStale(nint start, long lengthBytes)
    {
        lock (s_lock)
        {
            _ = DropLocked(start, start + (nint)lengthBytes);
        }
    }

    /// <summary>Adds an entry unless its place overlaps one that is there.</summary>
    internal static bool TryAdd(LiveMap map)
    {
        lock (s_lock)
        {
            int index = FirstEndingAfter(map.Start);
            if (index < s_maps.Count && s_maps[index].Start < map.ReservedEnd)
            {
                return false;
            }

            s_maps.Insert(index, map);
            return true;
        }
    }

    /// <summary>Makes an entry findable, and says what the map is made of.</summary>
    internal static void Publish(LiveMap entry, object map, bool isPersistent)
    {
        lock (s_lock)
        {
            entry.Map = new WeakReference<object>(map);
            entry.IsPersistent = isPersistent;
        }
    }

    /// <summary>Removes the entry of memory that stays.</summary>
    internal static void Remove(LiveMap map)
    {
        lock (s_lock)
        {
            _ = RemoveLocked(map);
        }
    }

    /// <summary>Removes an entry and gives its place back, to its reservation or to the kernel.</summary>
    internal static bool Release(LiveMap map)
    {
        lock (s_lock)
        {
            if (!RemoveLocked(map))
            {
                return true;
            }

            // A placeholder that the kernel refuses leaves the old pages; the next map of this place replaces them.
            return map.IsInReservation
                ? Placeholder.Restore(map.Start, map.ReservedBytes)
                : Placeholder.Release(map.Start, map.ReservedBytes) == Errno.None;
        }
    }

    /// <summary>Whether a map lies inside a range, or partly.</summary>
    internal static bool IsOccupied(nint start, long lengthBytes)
    {
        lock (s_lock)
        {
            int index = FirstEndingAfter(start);
            return index < s_maps.Count && s_maps[index].Start < start + (nint)lengthBytes;
        }
    }

    /// <summary>Whether a map lies on both sides of an address.</summary>
    internal static bool IsCrossed(nint address)
    {
        lock (s_lock)
        {
            int index = FirstEndingAfter(address);
            return index < s_maps.Count && s_maps[index].Start < address;
        }
    }

    /// <summary>The lowest gap of a length in a range, as its distance from the start, or -1.</summary>
    internal static long FindGap(nint start, long rangeBytes, long lengthBytes)
    {
        nint position = start;
        nint end = start + (nint)rangeBytes;
        lock (s_lock)
        {
            for (int i = FirstEndingAfter(start); i < s_maps.Count && s_maps[i].Start < end; i++)
            {
                if (s_maps[i].Start - position >= lengthBytes)
                {
                    break;
                }

                position = s_maps[i].ReservedEnd;
            }
        }

        return end - position >= lengthBytes ? position - start : -1;
    }

    /// <summary>The map objects that overlap a range, in address order.</summary>
    internal static List<object> In(nint start, long lengthBytes)
    {
        List<object> found = [];
        nint end = start + (nint)lengthBytes;
        lock (s_lock)
        {
            for (int i = FirstEndingAfter(start); i < s_maps.Count && s_maps[i].Start < end; i++)
            {
                if (s_maps[i].Map?.TryGetTarget(out object? map) == true)
                {
                    found.Add(map);
                }
            }
        }

        return found;
    }

    /// <summary>
    /// Gives an area back to the kernel, except the maps that still lie in it: they become ordinary maps and go later.
    /// </summary>
    internal static bool ReleaseArea(nint start, long lengthBytes)
    {
        nint position = start;
        nint end = start + (nint)lengthBytes;
        bool isReleased = true;
        lock (s_lock)
        {
            for (int i = FirstEndingAfter(start); i < s_maps.Count && s_maps[i].Start < end; i++)
            {
                isReleased &= Placeholder.Release(position, s_maps[i].Start - position) == Errno.None;
                s_maps[i].IsInReservation = false;
                position = s_maps[i].ReservedEnd;
            }

            return isReleased & (Placeholder.Release(position, end - position) == Errno.None);
        }
    }

    private static int DropLocked(nint start, nint end)
    {
        int index = FirstEndingAfter(start);
        while (index < s_maps.Count && s_maps[index].Start < end)
        {
            s_maps.RemoveAt(index);
        }

        return index;
    }

    private static bool RemoveLocked(LiveMap map)
    {
        int index = FirstEndingAfter(map.Start);
        bool isThere = index < s_maps.Count && ReferenceEquals(s_maps[index], map);
        if (isThere)
        {
            s_maps.RemoveAt(index);
        }

        return isThere;
    }

    // Entries do not overlap, so their ends are in the order of their starts.
    private static int FirstEndingAfter(nint address)
    {
        int low = 0;
        int high = s_maps.Count;
        while (low < high)
        {
            int middle = low + ((high - low) / 2);
            if (s_maps[middle].ReservedEnd <= address)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low;
    }
}
