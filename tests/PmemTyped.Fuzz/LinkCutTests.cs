using System.Diagnostics;
using System.Globalization;
using Xunit.Abstractions;

namespace PmemTyped.Fuzz;

/// <summary>
/// Two hosts, one writes to a pool, the other keeps its replica, and the link between them is taken down in the middle of writes. A
/// short cut is survived by the session; a long one is told of, and both sides are equal after what was missed was sent. In neither
/// case is a write lost that returned.
/// </summary>
public sealed class LinkCutTests(ITestOutputHelper output)
{
    private const int Seed = 20261123;
    private const int LongestRunMilliseconds = 20;
    private const int ShortCutMilliseconds = 300;
    private const int ShortCutsPerRound = 2;

    // As in LivenessTests: signs of life end before 4 s, the rest is what a loaded machine adds.
    private static readonly TimeSpan s_noticed = TimeSpan.FromSeconds(4.9);
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(1);

    private static int Rounds => Environment.GetEnvironmentVariable("PMEMTYPED_LINK_CUTS") is { } wanted
        ? int.Parse(wanted, CultureInfo.InvariantCulture)
        : 1;

    [TwoHostsFact]
    public void Nothing_acknowledged_is_lost_when_the_link_is_taken_down()
    {
        using var files = new ReplicaKillFiles();
        using var ledger = new KillLedger(files.Ledger);
        Create(files);
        using var hosts = new TwoHosts();
        using var target = new Running(Child.Start([Program.ServeVerb, files.Directory, TwoHosts.FarAddress], hosts.Far));
        files.MoveTo(target.Process);
        using var running = new Running(Child.Start([Program.ResumeVerb, files.Set, files.Ledger, files.Place], hosts.Near));
        Process writer = running.Process;
        ReplicaKillTests.Begin(writer);
        var random = new Random(Seed);
        for (int round = 1; round <= Rounds; round++)
        {
            try
            {
                ReplicaKillTests.LetWrite(writer, ledger, 0);
                for (int cut = 0; cut < ShortCutsPerRound; cut++)
                {
                    Thread.Sleep(random.Next(LongestRunMilliseconds));
                    CutShortly(hosts, files, ledger);
                }

                Thread.Sleep(random.Next(LongestRunMilliseconds));
                CutUntilNoticed(hosts, writer);
                files.Verify(ledger);
                hosts.Mend();
                Child.Tell(writer, "rejoin");
                Child.Expect(writer, "rejoined");
                Assert.True(files.AreEqual(), "the sides differ after what was missed was sent");
            }
            catch (Exception e)
            {
                Assert.Fail(FormattableString.Invariant($"seed {Seed}, round {round}: {e}"));
            }
        }

        output.WriteLine(FormattableString.Invariant($"seed {Seed}: {Rounds} rounds, {ledger.AcknowledgedTotal} writes acknowledged"));
    }

    // The namespaces see nothing but each other, so the pool and its replica are made before.
    private static void Create(ReplicaKillFiles files)
    {
        using var target = new Running(Child.Start([Program.ServeVerb, files.Directory]));
        files.MoveTo(target.Process);
        files.Create();
    }

    /// <summary>While the link is down no write returns, so both sides can be kept; then the same session goes on.</summary>
    private static void CutShortly(TwoHosts hosts, ReplicaKillFiles files, KillLedger ledger)
    {
        hosts.Cut();
        Thread.Sleep(ShortCutMilliseconds);
        long before = ledger.AcknowledgedTotal;
        byte[][] images = [ReplicaKillFiles.Bytes(files.LocalPart), ReplicaKillFiles.Bytes(files.RemotePart)];
        File.Copy(files.Ledger, files.KeptLedger, overwrite: true);
        Assert.Equal(before, ledger.AcknowledgedTotal);
        hosts.Mend();
        var clock = Stopwatch.StartNew();
        while (ledger.AcknowledgedTotal == before)
        {
            Assert.True(clock.Elapsed < s_noticed, "no write returned after the link was there again");
            Thread.Sleep(1);
        }

        using var kept = new KillLedger(files.KeptLedger);
        foreach (byte[] image in images)
        {
            files.AssertSound(image, kept);
        }
    }

    private static void CutUntilNoticed(TwoHosts hosts, Process writer)
    {
        hosts.Cut();
        var clock = Stopwatch.StartNew();
        Child.Expect(writer, "lost");
        Assert.True(clock.Elapsed < s_noticed, FormattableString.Invariant($"the loss was told after {clock.Elapsed.TotalSeconds:F1} s"));
    }

    /// <summary>A process that does not outlive the test.</summary>
    private sealed class Running(Process process) : IDisposable
    {
        internal Process Process => process;

        public void Dispose()
        {
            process.Kill();
            process.WaitForExit(s_patience);
            process.Dispose();
        }
    }
}
