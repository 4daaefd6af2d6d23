using PmemTyped.Mapping;

namespace PmemTyped.CrashTesting;

/// <summary>
/// The memory behind a <see cref="RecordingMedium"/> and everything that was done to it. Threads: one at a time.
/// </summary>
public sealed class StoreLog
{
    private readonly byte[] _initial;
    private readonly List<StoreLogEntry> _entries = [];
    private readonly StoreGranularity _granularity;

    /// <summary>Initializes a new instance of the <see cref="StoreLog"/> class over a durable image.</summary>
    /// <param name="initial">The image; it is copied.</param>
    /// <param name="granularity">What must be done to persist a byte: with Page, a flush is durable at once.</param>
    public StoreLog(ReadOnlySpan<byte> initial, StoreGranularity granularity = StoreGranularity.CacheLine)
    {
        _initial = initial.ToArray();
        Memory = initial.ToArray();
        _granularity = granularity;
    }

    /// <summary>Gets the medium that records into this log.</summary>
    public RecordingMedium Medium => new(this);

    /// <summary>Gets the number of flushes recorded so far.</summary>
    public int FlushCount => _entries.Count(e => e.Kind == StoreLogKind.Flush);

    /// <summary>Gets the number of drains recorded so far.</summary>
    public int DrainCount => _entries.Count(e => e.Kind == StoreLogKind.Drain);

    /// <summary>Gets the ordering points that were used, each once.</summary>
    public IReadOnlyCollection<OrderingPoint> Points =>
        [.. _entries.Where(e => e.Kind is StoreLogKind.Flush or StoreLogKind.Drain).Select(e => e.Point).Distinct()];

    internal byte[] Memory { get; }

    internal ReadOnlySpan<byte> Initial => _initial;

    internal IReadOnlyList<StoreLogEntry> Entries => _entries;

    internal StoreGranularity Granularity => _granularity;

    /// <summary>Gets or sets the number of flushes and drains that still succeed; the next one fails. Negative: all succeed.</summary>
    internal int FailAfter { get; set; } = -1;

    internal bool IsFaulted { get; private set; }

    /// <summary>Notes that an operation begins.</summary>
    public void Begin() => _entries.Add(new StoreLogEntry(StoreLogKind.Begin, 0, 0, null, default));

    /// <summary>Notes that the operation returned: from here on its effect must survive.</summary>
    public void Acknowledge() => _entries.Add(new StoreLogEntry(StoreLogKind.Acknowledge, 0, 0, null, default));

    /// <summary>Lets the n-th flush or drain from now on fail, and with it the medium, as a failing msync would.</summary>
    /// <param name="successes">How many succeed before.</param>
    public void FailAfterFlushes(int successes) => FailAfter = successes;

    internal void RecordStore(long offset, ReadOnlySpan<byte> source)
    {
        source.CopyTo(Memory.AsSpan(checked((int)offset), source.Length));
        _entries.Add(new StoreLogEntry(StoreLogKind.Store, offset, source.Length, source.ToArray(), default));
    }

    internal void RecordFlush(long offset, long lengthBytes, OrderingPoint point)
    {
        Count();
        _entries.Add(new StoreLogEntry(StoreLogKind.Flush, offset, lengthBytes, null, point));
        if (_granularity == StoreGranularity.Page)
        {
            _entries.Add(new StoreLogEntry(StoreLogKind.Drain, 0, 0, null, point));
        }
    }

    internal void RecordDrain(OrderingPoint point)
    {
        if (_granularity != StoreGranularity.Page)
        {
            Count();
            _entries.Add(new StoreLogEntry(StoreLogKind.Drain, 0, 0, null, point));
        }
    }

    internal void ThrowIfFaulted()
    {
        if (IsFaulted)
        {
            throw new PmemFaultedException("recorded medium", null);
        }
    }

    private void Count()
    {
        ThrowIfFaulted();
        if (FailAfter == 0)
        {
            IsFaulted = true;
            ThrowIfFaulted();
        }

        FailAfter -= FailAfter > 0 ? 1 : 0;
    }
}
