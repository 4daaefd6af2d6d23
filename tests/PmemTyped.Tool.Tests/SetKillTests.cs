using System.Diagnostics;
using PmemTyped.Blocks;
using PmemTyped.Testing;
using Xunit.Abstractions;

namespace PmemTyped.Tool.Tests;

/// <summary>
/// Commands that change sets are killed at moments of no choice: while the runtime starts, while bytes are copied, between two
/// renames, when all is done. Afterwards the pool opens, or the next command ends what was begun; no block is ever lost.
/// </summary>
public sealed class SetKillTests(ITestOutputHelper output) : IDisposable
{
    private const int Seed = 20261121;
    private const int Kills = 20;
    private const int BlockSize = 4096;
    private const int Blocks = 1000;

    // About as long as a command works after it has made its first file, and as long as it renames.
    private const int LongestWorkMicroseconds = 60_000;
    private const int LongestRenameMicroseconds = 1_500;

    // Long enough to come from the start of the runtime to the end of the command.
    private const int LongestRunMicroseconds = 300_000;

    private readonly TempDirectory _directory = TempDirectory.CreateInMemory();
    private readonly Random _random = new(Seed);
    private readonly byte[] _content = new byte[BlockSize];

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Killed_synchronisations_leave_a_sound_replica_and_the_next_one_completes_them()
    {
        string set = Write("two.set", string.Empty, $"20M {File("a")}\nREPLICA\n20M {File("b")}\n");
        Fill(set);
        for (int kill = 0; kill < Kills; kill++)
        {
            string lost = File(kill % 2 == 0 ? "a" : "b");
            System.IO.File.Delete(lost);
            await RunAndKill(() => System.IO.File.Exists(lost), LongestWorkMicroseconds, "sync", set);
            Succeed(kill, "sync", set);
            Assert.Equal($"{set}: all replicas are equal\n", ToolRun.Of("sync", "--dry-run", set).Output);
            AssertContent(set);
        }
    }

    [Fact]
    public async Task Killed_changes_of_the_option_leave_the_old_set_or_are_finished_by_the_same_command()
    {
        string from = Write("plain.set", string.Empty, $"12M {File("a")}\n6M {File("b")}\nREPLICA\n18M {File("c")}\n");
        string to = Write("single.set", "OPTION SINGLEHDR\n", $"12M {File("a")}\n6140K {File("b")}\nREPLICA\n18M {File("c")}\n");
        Fill(from);
        int[] left = new int[3];
        for (int kill = 0; kill < Kills; kill++)
        {
            // Half of them after the first rename, because what follows it takes no time at all.
            bool isFilling = kill % 2 == 0;
            bool hasBegun = false;
            await RunAndKill(
                () => System.IO.File.Exists(File("a.transforming")) ? (hasBegun = true) && isFilling : hasBegun,
                isFilling ? LongestWorkMicroseconds : LongestRenameMicroseconds,
                "transform",
                from,
                to);
            bool isOld = ToolRun.Of("check", from).ExitCode == 0;
            bool isNew = ToolRun.Of("check", to).ExitCode == 0;
            Assert.False(isOld && isNew);
            left[isOld ? 0 : isNew ? 2 : 1]++;
            if (!isNew)
            {
                Succeed(kill, "transform", from, to);
            }

            AssertContent(to);
            Assert.Equal(5, Directory.GetFiles(_directory.Path).Length);
            (from, to) = (to, from);
        }

        output.WriteLine(FormattableString.Invariant(
            $"seed {Seed}: {Kills} kills left {left[0]} old sets, {left[1]} unfinished and {left[2]} new ones"));
    }

    [Fact]
    public async Task Killed_additions_and_removals_of_replicas_are_completed_by_a_synchronisation()
    {
        string two = Write("two.set", string.Empty, $"20M {File("a")}\nREPLICA\n20M {File("b")}\n");
        string three = Write("three.set", string.Empty, $"20M {File("a")}\nREPLICA\n20M {File("b")}\nREPLICA\n20M {File("c")}\n");
        Fill(two);
        for (int kill = 0; kill < Kills; kill++)
        {
            bool adds = kill % 2 == 0;
            await RunAndKill(
                () => System.IO.File.Exists(File("c")),
                adds ? LongestWorkMicroseconds : LongestRunMicroseconds,
                "transform",
                adds ? two : three,
                adds ? three : two);
            Succeed(kill, "sync", adds ? three : two);
            AssertContent(adds ? three : two);
            if (!adds)
            {
                System.IO.File.Delete(File("c"));
            }
        }
    }

    // Killed at most so long after something is seen, or when it has ended before.
    private async Task RunAndKill(Func<bool> isSeen, int longestMicroseconds, params string[] command)
    {
        using Process process = ToolProcess.StartTool(command);
        while (!isSeen() && !process.HasExited)
        {
            await Task.Yield();
        }

        long ticks = Stopwatch.GetTimestamp();
        int microseconds = _random.Next(longestMicroseconds);
        while (Stopwatch.GetElapsedTime(ticks).TotalMicroseconds < microseconds)
        {
            Thread.SpinWait(50);
        }

        process.Kill();
        await process.WaitForExitAsync();
    }

    private static void Succeed(int kill, params string[] command)
    {
        ToolRun run = ToolRun.Of(command);
        Assert.True(run.ExitCode == 0, FormattableString.Invariant($"seed {Seed}, kill {kill}: {run.Error}"));
    }

    private void Fill(string set)
    {
        _random.NextBytes(_content);
        using BlockPool pool = BlockPool.CreateInSet(set, BlockSize);
        for (int block = 0; block < Blocks; block++)
        {
            pool.Write(block, _content);
        }
    }

    private void AssertContent(string set)
    {
        Assert.Equal(0, ToolRun.Of("check", set).ExitCode);
        using BlockPool pool = BlockPool.Open(set);
        byte[] read = new byte[BlockSize];
        for (int block = 0; block < Blocks; block++)
        {
            pool.Read(block, read);
            Assert.True(read.AsSpan().SequenceEqual(_content), FormattableString.Invariant($"seed {Seed}: block {block}"));
        }
    }

    private string File(string name) => _directory.File(name);

    private string Write(string name, string option, string lines)
    {
        System.IO.File.WriteAllText(File(name), $"PMEMPOOLSET\n{option}{lines}");
        return File(name);
    }
}
