using System.Diagnostics;
using System.Globalization;
using PmemTyped.Blocks;
using PmemTyped.Mapping;
using PmemTyped.Replication;
using PmemTyped.Testing;
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
    private const int HeaderBytes = 4096;

    // A writer takes longer to begin than a target.
    private const int WriterEvery = 3;
    private const string Remote = "remote.set";
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(1);

    private static int Rounds => Environment.GetEnvironmentVariable("PMEMTYPED_REPLICA_KILLS") is { } wanted
        ? int.Parse(wanted, CultureInfo.InvariantCulture)
        : 100;

    private static long PoolBytes => (BlockPool.MinPoolBytes + HeaderBytes - 1) / HeaderBytes * HeaderBytes;

    [Fact]
    public void Nothing_acknowledged_is_lost_on_either_side_when_one_is_killed()
    {
        using var files = new Files();
        using var ledger = new KillLedger(files.Ledger);
        using var targets = new Spares(Program.ServeVerb, files.Directory);
        using var writers = new Spares(Program.ReplicateVerb, files.Set, files.Ledger, files.Place);
        var random = new Random(Seed);
        var clock = Stopwatch.StartNew();
        files.MoveTo(targets.Take());
        Create(files);
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
                    Expect(writers.Current, "lost");
                    ahead += Verify(files, ledger) ? 1 : 0;
                    files.MoveTo(targets.Take());
                    Tell(writers.Current, "rejoin");
                    Expect(writers.Current, "rejoined");
                }
                else
                {
                    writers.Kill();
                    files.AwaitClosed();
                    ahead += Verify(files, ledger) ? 1 : 0;
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

    private static void Create(Files files)
    {
        Replicator.Register(_ => new ReplicaKillWriter.MovingTarget(files.Place));
        BlockPool.CreateInSet(files.Set, KillWriter.BlockSize).Dispose();
    }

    private static void Begin(Process writer)
    {
        Expect(writer, "ready");
        Tell(writer, "open");
        Expect(writer, "open");
    }

    // From the first write that returned on, so that a slow start is not what is tested.
    private static void LetWrite(Process writer, KillLedger ledger, int microseconds)
    {
        long before = ledger.AcknowledgedTotal;
        Tell(writer, "go");
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

    /// <summary>Recovers both sides, as copies of their files; true when they differed before.</summary>
    private static bool Verify(Files files, KillLedger ledger)
    {
        bool areEqual = files.AreEqual();
        foreach (string part in (string[])[files.LocalPart, files.RemotePart])
        {
            File.WriteAllBytes(files.Copy, Files.Bytes(part));
            using (BlockPool pool = BlockPool.Open(files.CopySet))
            {
                for (int block = 0; block < KillLedger.Blocks; block++)
                {
                    KillWriter.AssertBlock(pool, ledger, block);
                }
            }

            BlockPoolReport report = BlockPool.Check(files.CopySet);
            Assert.True(report.IsConsistent, string.Join('\n', report.Findings));
        }

        return !areEqual;
    }

    private static void Tell(Process process, string command)
    {
        process.StandardInput.WriteLine(command);
        process.StandardInput.Flush();
    }

    private static void Expect(Process process, string word)
    {
        string? said = process.StandardOutput.ReadLineAsync().WaitAsync(s_patience).GetAwaiter().GetResult();
        Assert.Equal(word, said);
    }

    /// <summary>The pool, its replica, and a place to recover copies of them.</summary>
    private sealed class Files : IDisposable
    {
        private readonly TempDirectory _directory = TempDirectory.CreateInMemory();

        internal Files()
        {
            File.WriteAllText(Set, FormattableString.Invariant($"PMEMPOOLSET\n{PoolBytes} {LocalPart}\nREPLICA loopback {Remote}\n"));
            File.WriteAllText(_directory.File(Remote), FormattableString.Invariant($"PMEMPOOLSET\n{PoolBytes} {RemotePart}\n"));
            File.WriteAllText(CopySet, FormattableString.Invariant($"PMEMPOOLSET\n{PoolBytes} {Copy}\n"));
        }

        internal string Directory => _directory.Path;

        internal string Set => _directory.File("local.set");

        internal string LocalPart => _directory.File("local");

        internal string RemotePart => _directory.File("remote");

        internal string Copy => _directory.File("copy");

        internal string CopySet => _directory.File("copy.set");

        internal string Ledger => _directory.File("ledger");

        internal string Place => _directory.File("place");

        public void Dispose() => _directory.Dispose();

        /// <summary>Makes a target the one that is found.</summary>
        internal void MoveTo(Process target)
        {
            string port = target.StandardOutput.ReadLine()!;
            File.WriteAllText(Place + ".new", port);
            File.Move(Place + ".new", Place, overwrite: true);
        }

        internal bool AreEqual() => Bytes(LocalPart).AsSpan(HeaderBytes).SequenceEqual(Bytes(RemotePart).AsSpan(HeaderBytes));

        internal static byte[] Bytes(string path)
        {
            // A file stream would ask for the lock that a pool holds.
            using PmemSource file = PmemSource.Open(path, writable: false);
            byte[] bytes = new byte[file.GetLengthBytes()];
            file.ReadAt(0, bytes);
            return bytes;
        }

        /// <summary>Waits until the target has stored what it had received of a writer that is dead.</summary>
        internal void AwaitClosed()
        {
            var clock = Stopwatch.StartNew();
            while (RemotePool.Stat(new ReplicaKillWriter.MovingTarget(Place), Remote).IsOpen)
            {
                Assert.True(clock.Elapsed < s_patience, "the target keeps the pool of a dead writer");
                Thread.Sleep(1);
            }
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
            _next = Start();
        }

        internal Process Current => _current!;

        internal Process Take()
        {
            _current = _next;
            _next = Start();
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

        private Process Start()
        {
            string host = Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";
            var start = new ProcessStartInfo(host, [typeof(ReplicaKillTests).Assembly.Location, .. _arguments])
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
            };

            // Only to start faster.
            start.Environment["DOTNET_gcConcurrent"] = "0";
            start.Environment["DOTNET_TieredPGO"] = "0";
            return Process.Start(start)!;
        }
    }
}
