using System.Diagnostics;
using System.Security.Cryptography;
using PmemTyped.Mapping;
using PmemTyped.Replication.Target;

namespace PmemTyped.Replication.Resync;

/// <summary>
/// Copies the regions of a bitmap to a replica: those whose hashes differ are sent, a few are drained together, and then their
/// bits go. What writers store meanwhile follows on the same lane, so that nothing is lost to a copy that was read too early.
/// Sent are copies, which nobody stores to. Threads: one.
/// </summary>
/// <param name="pool">The replica.</param>
/// <param name="missed">Which regions may differ.</param>
/// <param name="direction">What is told of it.</param>
/// <param name="options">How fast.</param>
internal sealed class RegionCopier(
    RemotePool pool,
    MissedBitmap<MapMedium> missed,
    ResyncDirection direction,
    ResyncOptions options)
{
    private const int RegionBytes = MissedBitmap<MapMedium>.RegionBytes;
    private const int RegionsPerDrain = 64;
    private const int CopyBytes = 1 << 20;
    private const long HeaderBytes = 4096;

    // Writers that do not send to the replica set bits for ever.
    private const int MaxPasses = 8;

    private static readonly TimeSpan s_longest = TimeSpan.FromHours(1);

    private readonly byte[] _ours = new byte[SHA256.HashSizeInBytes];
    private readonly byte[] _theirs = new byte[TargetLane.HashBytes];
    private readonly long _began = Stopwatch.GetTimestamp();
    private readonly Lazy<byte[]> _copy = new(() => GC.AllocateUninitializedArray<byte>(CopyBytes));
    private long _left = missed.Count;
    private long _compared;
    private long _sent;
    private long _sentBytes;
    private int _copied;

    internal ResyncProgress Progress => new(direction, _left, _compared, _sent, _sentBytes);

    /// <summary>Copies until no bit is left; durable at the replica on return.</summary>
    internal void Run(CancellationToken cancellation)
    {
        for (int pass = 1; missed.Next(0) >= 0; pass++)
        {
            if (pass > MaxPasses)
            {
                throw new InvalidOperationException(FormattableString.Invariant(
                    $"After {MaxPasses} passes {missed.Count} regions are missed again. Let writers send to the replica before it is brought up to date."));
            }

            for (long first = missed.Next(0); first >= 0; first = missed.Next(first + RegionsPerDrain))
            {
                cancellation.ThrowIfCancellationRequested();
                CopySome(first, first + RegionsPerDrain);
                Tell(cancellation);
            }
        }

        _left = 0;
    }

    /// <summary>
    /// Takes the bits of equal regions away, and sends nothing; before writers begin.
    /// </summary>
    /// <returns>What differs, in order.</returns>
    internal List<RemoteDifference> Compare(CancellationToken cancellation)
    {
        List<RemoteDifference> found = [];
        for (long first = missed.Next(0); first >= 0; first = missed.Next(first + RegionsPerDrain))
        {
            cancellation.ThrowIfCancellationRequested();
            missed.BeginCopy(first, first + RegionsPerDrain);
            ForEachDifferent(first, first + RegionsPerDrain, (offset, length) =>
            {
                missed.Add(offset, length);
                RemoteDifference.Append(found, offset, length);
            });
            missed.EndCopy();
            Tell(cancellation);
        }

        return found;
    }

    private void CopySome(long first, long end)
    {
        missed.BeginCopy(first, end);
        ForEachDifferent(first, end, Send);
        Drain();
        missed.EndCopy();
    }

    private void ForEachDifferent(long first, long end, Action<long, int> act)
    {
        long next;
        for (long region = missed.Next(first); region >= 0 && region < end; region = next)
        {
            next = missed.Next(region + 1);
            if (next >= 0)
            {
                pool.Local.Preload(next * RegionBytes, Math.Min(RegionBytes, pool.WindowBytes - (next * RegionBytes)));
            }

            long start = Math.Max(region * RegionBytes, pool.HasHeaders ? HeaderBytes : 0);
            int length = (int)(Math.Min((region + 1) * RegionBytes, pool.WindowBytes) - start);
            _compared++;
            if (!IsEqual(start, length))
            {
                act(start, length);
            }
        }
    }

    private void Send(long start, int length)
    {
        if (_copied + length > CopyBytes)
        {
            Drain();
        }

        pool.QueueCopy(start, _copy.Value.AsMemory(_copied, length), options.Lane);
        _copied += length;
        _sent++;
        _sentBytes += length;
    }

    // What was queued is durable, so that its copies are free.
    private void Drain()
    {
        pool.Drain(options.Lane);
        _copied = 0;
    }

    private bool IsEqual(long start, int length)
    {
        pool.Hash(start, length, _theirs, options.Lane);
        using scoped PmemMapLease lease = pool.Local.Lease();
        SHA256.HashData(lease.Window(start, length), _ours);
        return _ours.AsSpan(0, _theirs.Length).SequenceEqual(_theirs);
    }

    private void Tell(CancellationToken cancellation)
    {
        _left = missed.Count;
        options.Progress?.Invoke(Progress);
        Throttle(cancellation);
    }

    private void Throttle(CancellationToken cancellation)
    {
        if (options.BytesPerSecond > 0)
        {
            TimeSpan due = TimeSpan.FromSeconds((double)_sentBytes / options.BytesPerSecond) - Stopwatch.GetElapsedTime(_began);
            if (due > TimeSpan.Zero)
            {
                cancellation.WaitHandle.WaitOne(due < s_longest ? due : s_longest);
            }
        }
    }
}
