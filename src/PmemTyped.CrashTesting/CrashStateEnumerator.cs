using PmemTyped.Mapping;

namespace PmemTyped.CrashTesting;

/// <summary>
/// Walks a log and produces the images that a crash may leave: at every drain, before it takes effect, and at the end
/// of every operation. States are enumerated, not permutations: all of them up to a bound, beyond it none, all, each
/// one missing, each one only, then seeded samples. A state of an earlier moment between two drains is also a state of
/// the later moment, so nothing is missed.
/// </summary>
public sealed class CrashStateEnumerator
{
    /// <summary>Up to so many states at one crash point are enumerated without gaps: 12 atoms with one store each.</summary>
    public const int ExhaustiveStates = 1 << 12;

    private readonly StoreLog _log;
    private readonly int _cellBytes;
    private readonly int _seed;
    private readonly int _samples;
    private readonly byte[] _durable;
    private readonly SortedDictionary<long, CrashCell> _cells = [];

    /// <summary>Initializes a new instance of the <see cref="CrashStateEnumerator"/> class.</summary>
    /// <param name="log">What was done.</param>
    /// <param name="model">What may be lost.</param>
    /// <param name="seed">Seed of the samples; print it when a test fails.</param>
    /// <param name="samples">Samples per crash point with too many states.</param>
    public CrashStateEnumerator(StoreLog log, PersistModel model, int seed, int samples = 64)
    {
        _log = log;
        _cellBytes = (int)model;
        _seed = seed;
        _samples = samples;
        _durable = log.Initial.ToArray();
    }

    /// <summary>Calls back with every state. The image is valid during the call and may be changed by it.</summary>
    /// <param name="visit">Receives the image and the crash point.</param>
    /// <returns>How many states were visited.</returns>
    /// <exception cref="InvalidOperationException">Memory was changed without a recorded store.</exception>
    public long Visit(Action<CrashImage, CrashPoint> visit)
    {
        long states = 0;
        int started = 0;
        int acknowledged = 0;
        var image = new CrashImage(_durable);
        for (int i = 0; i < _log.Entries.Count; i++)
        {
            StoreLogEntry entry = _log.Entries[i];
            switch (entry.Kind)
            {
                case StoreLogKind.Store:
                    Store(entry.Offset, entry.Bytes);
                    break;
                case StoreLogKind.Flush:
                    Flush(entry.Offset, entry.LengthBytes);
                    break;
                case StoreLogKind.Begin:
                    started++;
                    break;
                case StoreLogKind.Drain:
                    states += VisitPoint(image, visit, new CrashPoint(i, entry.Point, started, acknowledged, 0));
                    Drain();
                    break;
                default:
                    acknowledged++;
                    states += VisitPoint(image, visit, new CrashPoint(i, default, started, acknowledged, 0));
                    break;
            }
        }

        VerifyComplete();
        return states;
    }

    private long VisitPoint(CrashImage image, Action<CrashImage, CrashPoint> visit, CrashPoint point)
    {
        CrashCell[] cells = [.. _cells.Values];
        int state = 0;
        foreach (int[] choice in CrashChoices.Of(cells, unchecked(_seed + point.Entry), _samples))
        {
            image.Apply(cells, choice);
            visit(image, point with { State = state });
            image.Revert();
            state++;
        }

        return state;
    }

    private void Store(long offset, ReadOnlySpan<byte> bytes)
    {
        const int AtomBytes = (int)PersistModel.AtomSubset;
        while (!bytes.IsEmpty)
        {
            // Stores that leave the CPU are at most one atom wide here, so a line may keep any prefix of them.
            int count = (int)Math.Min(bytes.Length, AtomBytes - (offset % AtomBytes));
            long start = offset - (offset % _cellBytes);
            if (!_cells.TryGetValue(start, out CrashCell? cell))
            {
                cell = new CrashCell(start, _durable.AsSpan((int)start, _cellBytes).ToArray());
                _cells.Add(start, cell);
            }

            cell.Store((int)(offset - start), bytes[..count]);
            offset += count;
            bytes = bytes[count..];
        }
    }

    private void Flush(long offset, long lengthBytes)
    {
        foreach (CrashCell cell in _cells.Values)
        {
            if (cell.Offset < offset + lengthBytes && cell.Offset + _cellBytes > offset)
            {
                cell.Flush();
            }
        }
    }

    private void Drain()
    {
        foreach (CrashCell cell in _cells.Values.ToArray())
        {
            bool isDurable = cell.Drain();
            cell.Values[0].CopyTo(_durable.AsSpan((int)cell.Offset));
            if (isDurable)
            {
                _cells.Remove(cell.Offset);
            }
        }
    }

    // Everything that is in memory must have come from a recorded store.
    private void VerifyComplete()
    {
        byte[] replayed = (byte[])_durable.Clone();
        foreach (CrashCell cell in _cells.Values)
        {
            cell.Values[^1].CopyTo(replayed.AsSpan((int)cell.Offset));
        }

        int difference = replayed.AsSpan().CommonPrefixLength(_log.Memory);
        if (difference != replayed.Length)
        {
            throw new InvalidOperationException(
                FormattableString.Invariant($"The byte at 0x{difference:X} was changed without a recorded store."));
        }
    }
}
