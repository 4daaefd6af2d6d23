using System.Diagnostics;
using System.Globalization;

namespace PmemTyped.Benchmarks.Comparison;

/// <summary>
/// Compares two contenders in short alternating slices, so that a noisy machine disturbs both alike, and prints the
/// medians of the slices. A slice is shorter than the turn that the scheduler gives a thread, so that most slices are
/// not interrupted even when others want the processors.
/// </summary>
internal static class Interleaved
{
    private const int WarmUpSlices = 501;
    private const int MeasuredSlices = 1501;
    private const double BatchSeconds = 0.0002;
    private static readonly TimeSpan s_slice = TimeSpan.FromMilliseconds(1);

    internal static void Compare(string name, Contender ours, Contender peer) => Compare(name, [(ours, peer)]);

    /// <summary>
    /// Compares pairs that do the same at several places in memory, in turn; the fastest place of each side counts. A loop of a
    /// few instructions takes up to half as long again where its code lies badly, which says nothing of the code.
    /// </summary>
    internal static void Compare(string name, (Contender Ours, Contender Peer)[] places)
    {
        int[] ourBatches = [.. places.Select(_ => 1)];
        int[] peerBatches = [.. places.Select(_ => 1)];
        for (int slice = 0; slice < WarmUpSlices; slice++)
        {
            int place = slice % places.Length;
            ourBatches[place] = BatchFor(Slice(places[place].Ours, ourBatches[place], out _));
            peerBatches[place] = BatchFor(Slice(places[place].Peer, peerBatches[place], out _));
        }

        double[] our = new double[MeasuredSlices];
        double[] its = new double[MeasuredSlices];
        long allocated = 0;
        long operations = 0;
        for (int slice = 0; slice < MeasuredSlices; slice++)
        {
            int place = slice % places.Length;
            long before = GC.GetAllocatedBytesForCurrentThread();
            our[slice] = Slice(places[place].Ours, ourBatches[place], out long done);
            allocated += GC.GetAllocatedBytesForCurrentThread() - before;
            operations += done;
            its[slice] = Slice(places[place].Peer, peerBatches[place], out _);
        }

        double ourMedian = LeastMedian(our, places.Length);
        double peerMedian = LeastMedian(its, places.Length);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"metric {name} ours {ourMedian:F1} peer {peerMedian:F1} ratio {peerMedian / ourMedian:F3}"));
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"alloc {name} {(double)allocated / operations:0.###}"));
    }

    /// <summary>Median of one contender alone, in nanoseconds per operation.</summary>
    internal static double Measure(Contender contender)
    {
        int batch = 1;
        for (int slice = 0; slice < WarmUpSlices; slice++)
        {
            batch = BatchFor(Slice(contender, batch, out _));
        }

        double[] slices = new double[WarmUpSlices];
        for (int slice = 0; slice < slices.Length; slice++)
        {
            slices[slice] = Slice(contender, batch, out _);
        }

        return Median(slices);
    }

    /// <summary>Runs batches for one slice and returns nanoseconds per operation.</summary>
    private static double Slice(Contender contender, int batch, out long operations)
    {
        operations = 0;
        long start = Stopwatch.GetTimestamp();
        TimeSpan elapsed;
        do
        {
            contender.Run(batch);
            operations += batch;
            elapsed = Stopwatch.GetElapsedTime(start);
        }
        while (elapsed < s_slice);
        return elapsed.TotalNanoseconds / operations;
    }

    private static int BatchFor(double nanoseconds) => (int)Math.Clamp(BatchSeconds * 1e9 / nanoseconds, 1, 1 << 20);

    private static double LeastMedian(double[] slices, int places) =>
        Enumerable.Range(0, places).Min(place => Median([.. slices.Where((_, slice) => slice % places == place)]));

    private static double Median(double[] values)
    {
        Array.Sort(values);
        return values[values.Length / 2];
    }
}
