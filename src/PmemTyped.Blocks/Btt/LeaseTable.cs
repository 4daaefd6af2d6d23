using PmemTyped.Blocks.Layout;

namespace PmemTyped.Blocks.Btt;

/// <summary>
/// Which blocks are read in place, and by which threads. A lease may last much longer than an operation, so it holds a
/// word of its own instead of a lane: however many there are, lanes are free for operations. The words mean what those of
/// <see cref="LanePool"/> mean, and the same argument holds: a word is taken with a full fence before the map entry is
/// loaded, and a writer looks at it after a full fence of its own.
/// <para>
/// A thread that waits for its own lease would wait forever, so it is refused before it may have to. Leases cannot
/// leave their thread, which makes the question decidable.
/// </para>
/// Threads: safe.
/// </summary>
internal sealed class LeaseTable
{
    /// <summary>Leases at the same time. Writers look at each of them while there is one at all.</summary>
    internal const int Capacity = 256;

    /// <summary>With the reads of threads that hold a lease: each has one such read at a time.</summary>
    internal const int CapacityWithReads = 2 * Capacity;

    private const uint Idle = 0x4000_0000;
    private const uint Reading = 0x4000_0002;

    private readonly uint[] _words = new uint[CapacityWithReads];
    private readonly int[] _owners = new int[CapacityWithReads];
    private int _active;

    internal LeaseTable() => Array.Fill(_words, Idle);

    /// <summary>Gets a value indicating whether the calling thread holds a lease.</summary>
    internal bool IsHeldHere =>
        Volatile.Read(ref _active) != 0 && _owners.AsSpan().Contains(Environment.CurrentManagedThreadId);

    /// <summary>Takes a word, which stands for any block until <see cref="Announce"/> says which.</summary>
    /// <exception cref="InvalidOperationException">All are taken.</exception>
    internal int Take(string path, int capacity)
    {
        // Before the word, so that no writer overlooks it.
        _ = Interlocked.Increment(ref _active);
        for (int slot = 0; slot < capacity; slot++)
        {
            if (Interlocked.CompareExchange(ref _words[slot], Reading, Idle) == Idle)
            {
                Volatile.Write(ref _owners[slot], Environment.CurrentManagedThreadId);
                return slot;
            }
        }

        _ = Interlocked.Decrement(ref _active);
        throw new InvalidOperationException(FormattableString.Invariant(
            $"Cannot read a block of '{path}' in place: {capacity} blocks are leased already. Dispose leases as soon as their content was used, or read copies."));
    }

    /// <summary>Says which block is leased, so that writers of other blocks need not wait.</summary>
    internal void Announce(int slot, BttMapEntry entry) => Volatile.Write(ref _words[slot], entry.Value);

    internal void Return(int slot)
    {
        Volatile.Write(ref _owners[slot], 0);
        Volatile.Write(ref _words[slot], Idle);
        _ = Interlocked.Decrement(ref _active);
    }

    /// <summary>Waits until no lease is of the block.</summary>
    internal void WaitUntilUnread(uint block)
    {
        if (Volatile.Read(ref _active) != 0)
        {
            WaitForEach(BttMapEntry.Normal(block).Value);
        }
    }

    /// <summary>Waits until there is no lease.</summary>
    internal void WaitUntilNone()
    {
        SpinWait spin = default;
        while (Volatile.Read(ref _active) != 0)
        {
            spin.SpinOnce();
        }
    }

    /// <summary>Refuses a thread that would have to wait for itself.</summary>
    /// <exception cref="InvalidOperationException">The calling thread holds a lease.</exception>
    internal void ThrowIfHeld(string operation, string path)
    {
        if (IsHeldHere)
        {
            throw new InvalidOperationException(
                $"Cannot {operation} '{path}': this thread reads a block of it in place, and would wait for itself. "
                + "Dispose its BlockLease first.");
        }
    }

    private void WaitForEach(uint entry)
    {
        for (int slot = 0; slot < CapacityWithReads; slot++)
        {
            SpinWait spin = default;
            while (Volatile.Read(ref _words[slot]) is uint word && (word == entry || word == Reading))
            {
                spin.SpinOnce();
            }
        }
    }
}
