namespace PmemTyped.Blocks.Btt;

/// <summary>
/// The locks of the map entries of one arena, each held from reading an entry until its successor is durable. A word each:
/// where nobody waits, taking one is a single interlocked instruction and giving it back a store. They do not count; a
/// group takes each once. Threads: safe; who waits long sleeps.
/// </summary>
internal sealed class MapLocks
{
    // Entries of one cache line of the map share a lock.
    private const int EntriesPerLine = 16;

    // A power of two, so that finding a lock takes no division.
    private const int Count = 256;

    // One word per cache line; the first line is that of the array's length.
    private const int Stride = 64 / sizeof(int);

    // Flushing two lines takes less than this; a sync of pages far more.
    private const int LooksBeforeSleep = 20;

    private readonly int[] _words = new int[(Count + 2) * Stride];
    private readonly Sleepers _sleepers = new(wakesAll: true);

    /// <summary>The number of the lock of a map entry; several are taken in ascending order.</summary>
    internal static int NumberOf(uint lba) => (int)(lba / EntriesPerLine % Count);

    /// <summary>Holds the lock of a map entry for one scope.</summary>
    internal Holder Hold(uint lba) => new(this, NumberOf(lba));

    internal void Enter(int number)
    {
        if (!TryEnter(number))
        {
            Wait(number);
        }
    }

    internal void Exit(int number)
    {
        Volatile.Write(ref Word(number), 0);
        _sleepers.WakeIfAny();
    }

    private bool TryEnter(int number) => Interlocked.CompareExchange(ref Word(number), 1, 0) == 0;

    private void Wait(int number)
    {
        SpinWait spin = default;
        for (int look = 0; look < LooksBeforeSleep; look++)
        {
            spin.SpinOnce(sleep1Threshold: -1);
            if (TryEnter(number))
            {
                return;
            }
        }

        var wanted = (Locks: this, Number: number);
        _sleepers.SleepUntil(static (ref (MapLocks Locks, int Number) want) => want.Locks.TryEnter(want.Number), ref wanted);
    }

    private ref int Word(int number) => ref _words[(number + 1) * Stride];

    /// <summary>One lock that is held.</summary>
    internal readonly ref struct Holder
    {
        private readonly MapLocks _locks;
        private readonly int _number;

        internal Holder(MapLocks locks, int number)
        {
            _locks = locks;
            _number = number;
            locks.Enter(number);
        }

        /// <summary>Gives it back.</summary>
        public void Dispose() => _locks.Exit(_number);
    }
}
