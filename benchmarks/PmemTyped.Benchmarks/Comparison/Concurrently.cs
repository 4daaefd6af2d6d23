using System.Diagnostics;
using System.Globalization;

namespace PmemTyped.Benchmarks.Comparison;

/// <summary>
/// Compares two contenders, each with so many threads, in alternating slices; and ours with the peer's one thread, because
/// that is what sharing flush waves is about. Figures are nanoseconds per operation of all threads together.
/// </summary>
internal static class Concurrently
{
    private const int Slices = 11;
    private static readonly TimeSpan s_slice = TimeSpan.FromMilliseconds(150);

    internal static void Compare(string name, int threads, Writers ours, Writers peer)
    {
        double[] our = new double[Slices];
        double[] its = new double[Slices];
        double[] alone = new double[Slices];
        _ = Slice(ours, threads);
        _ = Slice(peer, threads);
        for (int slice = 0; slice < Slices; slice++)
        {
            our[slice] = Slice(ours, threads);
            its[slice] = Slice(peer, threads);
            alone[slice] = threads == 1 ? its[slice] : Slice(peer, 1);
        }

        Print(name, Median(our), Median(its));
        if (threads > 1)
        {
            Print(name + ".peer1", Median(our), Median(alone));
        }
    }

    private static void Print(string name, double ours, double peer) => Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture, $"metric {name} ours {ours:F1} peer {peer:F1} ratio {peer / ours:F3}"));

    private static double Slice(Writers writers, int threads)
    {
        bool isStopped = false;
        long operations = 0;
        using var start = new Barrier(threads + 1);
        var running = new Thread[threads];
        for (int i = 0; i < threads; i++)
        {
            int number = i;
            running[i] = new Thread(() =>
            {
                start.SignalAndWait();
                _ = Interlocked.Add(ref operations, writers.Run(number, () => Volatile.Read(ref isStopped)));
            });
            running[i].Start();
        }

        start.SignalAndWait();
        long began = Stopwatch.GetTimestamp();
        Thread.Sleep(s_slice);
        Volatile.Write(ref isStopped, true);
        foreach (Thread thread in running)
        {
            thread.Join();
        }

        return Stopwatch.GetElapsedTime(began).TotalNanoseconds / operations;
    }

    private static double Median(double[] values)
    {
        Array.Sort(values);
        return values[values.Length / 2];
    }
}
