using System.Diagnostics;
using PmemTyped.Blocks;
using PmemTyped.Testing;
using Xunit.Abstractions;

namespace PmemTyped.Fuzz;

/// <summary>
/// A process that writes from four threads is killed again and again, at moments of no choice, always on the same pool. No
/// block is ever torn, no write that returned is lost, and the pool is always consistent.
/// </summary>
public sealed class KillTests(ITestOutputHelper output)
{
    private const int Seed = 20261121;
    private const int LongestRunMilliseconds = 6;
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(1);

    [Fact]
    public void No_block_is_torn_or_lost_after_450_kills_on_memory()
    {
        using var directory = TempDirectory.CreateInMemory();
        Kill(directory, 450);
    }

    [Fact]
    public void No_block_is_torn_or_lost_after_50_kills_on_the_temporary_directory()
    {
        using var directory = TempDirectory.Create();
        Kill(directory, 50);
    }

    private void Kill(TempDirectory directory, int kills)
    {
        string path = directory.File("pool");
        string ledgerPath = directory.File("ledger");
        BlockPool.Create(path, KillWriter.BlockSize, BlockPool.MinPoolBytes).Dispose();
        using var ledger = new KillLedger(ledgerPath);
        var random = new Random(Seed);
        var clock = Stopwatch.StartNew();
        int inTheMiddle = 0;

        // The next process starts up while this one writes.
        Process next = Start(Program.WriteVerb, path, ledgerPath);
        for (int kill = 1; kill <= kills; kill++)
        {
            using Process writer = next;
            next = Start(Program.WriteVerb, path, ledgerPath);
            try
            {
                LetWrite(writer, ledger, random.Next(LongestRunMilliseconds * 1000));
            }
            finally
            {
                writer.Kill();
                writer.WaitForExit();
            }

            inTheMiddle += Enumerable.Range(0, KillLedger.Blocks).Count(b => ledger.Begun(b) != ledger.Acknowledged(b));
            Verify(path, ledger, kill);
        }

        using (next)
        {
            next.Kill();
            next.WaitForExit();
        }

        output.WriteLine(FormattableString.Invariant(
            $"seed {Seed}: {kills} kills in {clock.Elapsed.TotalSeconds:F0} s, {ledger.AcknowledgedTotal} writes acknowledged, {inTheMiddle} killed in the middle"));
        Assert.True(inTheMiddle > kills / 4, FormattableString.Invariant($"only {inTheMiddle} writes were interrupted"));
    }

    /// <summary>One process that is killed a while after its first write.</summary>
    internal static void RunUntilKilled(string verb, string path, string ledgerPath, KillLedger ledger, int microseconds)
    {
        using Process writer = Start(verb, path, ledgerPath);
        try
        {
            LetWrite(writer, ledger, microseconds);
        }
        finally
        {
            writer.Kill();
            writer.WaitForExit();
        }
    }

    private static Process Start(string verb, string path, string ledgerPath)
    {
        string host = Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";
        var start = new ProcessStartInfo(host, [typeof(KillTests).Assembly.Location, verb, path, ledgerPath])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };

        // Only to start faster.
        start.Environment["DOTNET_gcConcurrent"] = "0";
        start.Environment["DOTNET_TieredPGO"] = "0";
        return Process.Start(start)!;
    }

    // From the first write that returned on, so that a slow start is not what is tested.
    private static void LetWrite(Process writer, KillLedger ledger, int microseconds)
    {
        Assert.Equal("ready", writer.StandardOutput.ReadLine());
        long before = ledger.AcknowledgedTotal;
        writer.StandardInput.WriteLine("go");
        writer.StandardInput.Flush();
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

    private static void Verify(string path, KillLedger ledger, int kill)
    {
        try
        {
            BlockPoolReport report = BlockPool.Check(path);
            Assert.True(report.IsConsistent, string.Join('\n', report.Findings));
            using BlockPool pool = BlockPool.OpenReadOnly(path);
            for (int block = 0; block < KillLedger.Blocks; block++)
            {
                KillWriter.AssertBlock(pool, ledger, block);
            }
        }
        catch (Exception exception)
        {
            Assert.Fail(FormattableString.Invariant($"seed {Seed}, kill {kill}: {exception}"));
        }
    }
}
