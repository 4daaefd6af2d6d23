using System.Diagnostics.CodeAnalysis;
using PmemTyped.Mapping;

namespace PmemTyped.Sets.Parts;

/// <summary>
/// The parts of a set at one time, in address order. Readers use it without a lock. Memory that left the set with the
/// snapshot after this one is unmapped when neither this nor an older snapshot is in use any more: each snapshot counts its
/// users, and holds its successor as one more user of that.
/// </summary>
internal sealed class SetSnapshot
{
    // Apart from the mediums, because a search by address should touch few cache lines.
    private readonly StartIndex _starts;
    private readonly long[] _ends;
    private readonly MapMedium[] _mediums;
    private int _users;
    private SetSnapshot? _next;
    private Action? _release;

    internal SetSnapshot(PartNode[] nodes, StoreGranularity? granularity, int users)
    {
        Nodes = nodes;
        Granularity = granularity;
        Extents = Array.ConvertAll(nodes, n => n.Extent);
        _starts = new StartIndex(Array.ConvertAll(Extents, e => e.Start));
        _ends = Array.ConvertAll(Extents, e => e.End);
        _mediums = Array.ConvertAll(Extents, e => e.Map.DangerousGetMedium());
        _users = users;
    }

    internal PartNode[] Nodes { get; }

    internal PartExtent[] Extents { get; }

    internal StoreGranularity? Granularity { get; }

    /// <summary>One user more, unless the last one has left.</summary>
    internal bool TryEnter()
    {
        int users = Volatile.Read(ref _users);
        while (users > 0)
        {
            int seen = Interlocked.CompareExchange(ref _users, users + 1, users);
            if (seen == users)
            {
                return true;
            }

            users = seen;
        }

        return false;
    }

    /// <summary>One user less; after the last one, and those of all older snapshots, releases what left the set.</summary>
    internal void Leave()
    {
        for (SetSnapshot? s = this; s is not null && Interlocked.Decrement(ref s._users) == 0; s = s._next)
        {
            s._release?.Invoke();
            s._release = null;
        }
    }

    /// <summary>
    /// A snapshot that follows this one, with two users: the set, and this one. The caller makes it current, then leaves
    /// this one.
    /// </summary>
    internal SetSnapshot Follow(PartNode[] nodes, StoreGranularity? granularity, Action release)
    {
        _next = new SetSnapshot(nodes, granularity, users: 2);
        _release = release;
        return _next;
    }

    /// <summary>The index of the last part that begins at or before an address, or -1.</summary>
    internal int IndexAtOrBefore(long address) => _starts.AtOrBefore(address);

    /// <summary>The index of the part that holds an address, or -1.</summary>
    internal int IndexOf(long address)
    {
        int index = IndexAtOrBefore(address);
        return index >= 0 && address < _ends[index] ? index : -1;
    }

    /// <summary>The medium of the part that holds an address, and the offset there.</summary>
    internal ref readonly MapMedium MediumAt(long address, out long offset)
    {
        int index = IndexAtOrBefore(address);
        if (index < 0)
        {
            ThrowOutside(address);
        }

        offset = address - _starts[index];
        ref readonly MapMedium medium = ref _mediums[index];
        if (offset >= medium.LengthBytes)
        {
            ThrowOutside(address);
        }

        return ref medium;
    }

    [DoesNotReturn]
    private void ThrowOutside(long address) => throw (Granularity is null
        ? new InvalidOperationException("Nothing is mapped in this set yet. Map a source first.")
        : new ArgumentOutOfRangeException(
            nameof(address), FormattableString.Invariant($"No part of the set lies at 0x{address:X}.")));
}
