using System.Diagnostics;
using System.Globalization;
using Xunit.Abstractions;

namespace PmemTyped.Fuzz;

/// <summary>
/// Two processes on loopback, one writes to a pool, the other keeps its replica, and one of them is killed, again and again. On
/// both sides no block is ever torn and no write that returned is lost; when what differs was sent, both sides are equal.
/// </summary>
public sealed class ReplicaKillTests(ITestOutputHelper output)
{
    private const int Seed = 20261122;
    private const int LongestRunMilliseconds = 6;

    // A writer takes longer to begin than a target.
    private const int WriterEvery = 3;
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(1);

    private static int Rounds => Environment.GetEnvironmentVariable("PMEMTYPED_REPLICA_KILLS") is { } wanted
        ? int.Parse(wanted, CultureInfo.InvariantCulture)
        : 100;

    [Fact]
    public void Nothing_acknowledged_is_lost_on_either_side_when_one_is_killed()
    {
        using var files = new ReplicaKillFiles();
        using var ledger = new KillLedger(files.Ledger);
        using var targets = new Spares(Program.ServeVerb, files.Directory);
        using var writers = new Spares(Program.ReplicateVerb, files.Set, files.Ledger, files.Place);
        var random = new Random(Seed);
        var clock = Stopwatch.StartNew();
        files.MoveTo(targets.Take());
        files.Create();
        Begin(writers.Take());
        int ahead = 0;
        for (int round = 1; round <= Rounds; round++)
        {
            try
            {
                LetWrite(writers.Current, ledger, random.Next(LongestRunMilliseconds * 1000));
                if (round % WriterEvery != 0)
                {
                    targets.Kill();
                    Child.Expect(writers.Current, "lost");
                    ahead += files.Verify(ledger) ? 1 : 0;
                    files.MoveTo(targets.Take());
                    Child.Tell(writers.Current, "rejoin");
                    Child.Expect(writers.Current, "rejoined");
                }
                else
                {
                    writers.Kill();
                    files.AwaitClosed();
                    ahead += files.Verify(ledger) ? 1 : 0;
                    Begin(writers.Take());
                }

                Assert.True(files.AreEqual(), "the sides differ after what differs was sent");
            }
            catch (Exception e)
            {
                Assert.Fail(FormattableString.Invariant($"seed {Seed}, round {round}: {e}"));
            }
        }

        output.WriteLine(FormattableString.Invariant(
            $"seed {Seed}: {Rounds} kills in {clock.Elapsed.TotalSeconds:F0} s, {ledger.AcknowledgedTotal} writes acknowledged, {ahead} times the pool was ahead of its replica"));
        Assert.True(ahead > Rounds / 10, FormattableString.Invariant($"only {ahead} of {Rounds} kills came between the two sides"));
    }

    internal static void Begin(Process writer)
    {
        Child.Expect(writer, "ready");
        Child.Tell(writer, "open");
        Child.Expect(writer, "open");
    }

    // From the first write that returned on, so that a slow start is not what is tested.
    internal static void LetWrite(Process writer, KillLedger ledger, int microseconds)
    {
        long before = ledger.AcknowledgedTotal;
        Child.Tell(writer, "go");
        var clock = Stopwatch.StartNew();
        while (ledger.AcknowledgedTotal == before)
        {
            Assert.False(writer.HasExited, "the writer ended by itself");
            Assert.True(clock.Elapsed < s_patience, "the writer does not write");
            Thread.Sleep(1);
        }

        clock.Restart();
        while (clock.Elapsed.TotalMicroseconds < microseconds)
        {
            Thread.Sleep(0);
        }
    }

    /// <summary>Processes that start up while the one before them works.</summary>
    private sealed class Spares : IDisposable
    {
        private readonly string[] _arguments;
        private Process _next;
        private Process? _current;

        internal Spares(params string[] arguments)
        {
            _arguments = arguments;
            _next = Child.Start(_arguments);
        }

        internal Process Current => _current!;

        internal Process Take()
        {
            _current = _next;
            _next = Child.Start(_arguments);
            return _current;
        }

        internal void Kill()
        {
            using Process killed = _current!;
            _current = null;
            killed.Kill();
            killed.WaitForExit();
        }

        public void Dispose()
        {
            foreach (Process left in new[] { _current, _next }.OfType<Process>())
            {
                left.Kill();
                left.WaitForExit();
            }

            _current?.Dispose();
            _next.Dispose();
        }
    }
}
