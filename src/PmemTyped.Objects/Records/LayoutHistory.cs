namespace PmemTyped.Objects.Records;

/// <summary>
/// The layouts of which a pool may have records beside the one of the program, and how their records are read: through the
/// steps of the program, or as a record of a known layout whose later fields are absent. Threads: safe.
/// </summary>
internal sealed class LayoutHistory
{
    private const int HeaderSize = BlockRecords.HeaderSize;

    private readonly List<Widening> _widenings = [];
    private readonly List<(string Text, bool IsKnown)> _older = [];

    /// <summary>Adds a layout that may be in the pool. Returns what keeps its records from being read, or null.</summary>
    /// <param name="text">Its description.</param>
    /// <param name="known">The layout of the program and those that it migrates from, the former first.</param>
    internal string? Add(string text, IReadOnlyList<LayoutFacts> known)
    {
        ulong? hash = LayoutField.HashOf(text);
        if (known.Any(k => k.Hash == hash))
        {
            _older.Add((text, true));
            return null;
        }

        string? objection = null;
        foreach (LayoutFacts target in known)
        {
            string? fault = hash is null || LayoutField.VersionOf(text) >= target.Version
                ? FormattableString.Invariant($"version {LayoutField.VersionOf(text)} is not before {target.Version}")
                : LayoutCompatibility.Objection(text, target.Text);
            if (fault is null)
            {
                _older.Add((text, false));
                _widenings.Add(new Widening(hash!.Value, PayloadLengths.Of(text, LayoutFacts.SizeOf(text)!.Value), target));
                return null;
            }

            objection ??= fault;
        }

        return objection;
    }

    /// <summary>The descriptions for the pool.</summary>
    /// <exception cref="NotSupportedException">They do not fit.</exception>
    internal IReadOnlyList<string> Describe(string path, string current)
    {
        // Of a layout that the program knows by itself the head is enough.
        int room = LayoutDescription.MaxTextBytes - LayoutField.HeadOf(current).Length - HeaderSize;
        string[] whole = [.. _older.Select(o => o.Text)];
        string[] heads = [.. _older.Select(o => o.IsKnown ? LayoutField.HeadOf(o.Text) + " { ..." : o.Text)];
        return Bytes(whole) <= room ? whole
            : Bytes(heads) <= room ? heads
            : throw new NotSupportedException(
                $"Cannot upgrade '{path}': the descriptions of its older layouts have no room in it. "
                + "Add a step marked [MigratesFrom] for each of them, or copy the records into a new pool.");
    }

    /// <summary>Reads a record of any of the layouts. Throws only what steps throw.</summary>
    internal BlockRecordStatus TryRead<T>(ReadOnlySpan<byte> record, out T value)
        where T : unmanaged, IBlockRecord<T>
    {
        BlockRecordStatus status = T.TryReadAny(record, out value);
        if (status != BlockRecordStatus.OtherLayout)
        {
            return status;
        }

        foreach (Widening widening in _widenings)
        {
            var (least, most, oldTail) = widening.From;
            if (BlockRecords.Open(record, widening.Hash, least, most, out ReadOnlySpan<byte> payload) == BlockRecordStatus.Ok)
            {
                // What both have at the end is as long as it was; one that is new is empty.
                LayoutFacts target = widening.Target;
                int length = widening.To.Tail is { } tail && tail == oldTail ? payload.Length : widening.To.Least;
                Span<byte> widened = RecordBuffer.Widened(HeaderSize + length);
                payload[..Math.Min(payload.Length, length)].CopyTo(BlockRecords.Begin(widened, target.Version, target.Hash, length));
                BlockRecords.Seal(widened, length);
                return T.TryReadAny(widened, out value);
            }
        }

        return status;
    }

    private static int Bytes(string[] lines) => lines.Sum(l => System.Text.Encoding.UTF8.GetByteCount(l) + 1);

    /// <summary>Records of one layout are read as those of another, which only has more.</summary>
    private sealed record Widening(ulong Hash, PayloadLengths From, LayoutFacts Target)
    {
        internal PayloadLengths To { get; } = PayloadLengths.Of(Target.Text, Target.Size);
    }
}
