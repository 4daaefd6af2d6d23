using PmemTyped.Blocks;
using PmemTyped.Testing;

namespace PmemTyped.Tool.Tests;

public sealed class SetRepairVerbTests : IDisposable
{
    private readonly TempDirectory _directory = TempDirectory.CreateInMemory();
    private readonly string _set;

    public SetRepairVerbTests()
    {
        _set = _directory.File("pool.set");
        Make(_set, string.Empty);
    }

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void A_set_is_repaired_after_a_dry_run_that_changes_nothing()
    {
        string[] sound = Hashes();
        SamplePool.Flip(_directory.File("pool.set.1"), 40);
        SamplePool.Flip(_directory.File("pool.set.0"), 8192 + 64);
        string[] damaged = Hashes();

        ToolRun plan = ToolRun.Of("check", _set, "--repair", "--dry-run");
        Assert.Equal((1, string.Empty), (plan.ExitCode, plan.Error));
        Assert.Contains($"would restore '{_directory.File("pool.set.1")}', replica 0, part 1: part header", plan.Output, StringComparison.Ordinal);
        Assert.Contains("would restore arena 0 info block", plan.Output, StringComparison.Ordinal);
        Assert.Equal(damaged, Hashes());

        Assert.Equal(0, ToolRun.Of("check", _set, "--repair").ExitCode);
        Assert.Equal(sound, Hashes());
        Assert.Equal(0, ToolRun.Of("check", _set).ExitCode);
    }

    [Fact]
    public void A_backup_of_a_set_is_refused_and_nothing_changes()
    {
        SamplePool.Flip(_directory.File("pool.set.1"), 40);
        string[] damaged = Hashes();
        ToolRun.Of("check", _set, "--repair", "--backup", _directory.File("copy")).AssertCouldNot("--backup");
        Assert.False(File.Exists(_directory.File("copy")));
        Assert.Equal(damaged, Hashes());
    }

    [PmempoolTheory]
    [InlineData("")]
    [InlineData("OPTION SINGLEHDR\n")]
    public async Task Features_of_a_set_become_those_that_pmempool_gives_it(string option)
    {
        string ours = _directory.File("ours.set");
        string theirs = _directory.File("theirs.set");
        Make(ours, option);
        File.WriteAllText(theirs, File.ReadAllText(ours).Replace("ours", "theirs", StringComparison.Ordinal));
        foreach (string part in (string[])[".0", ".1"])
        {
            File.Copy(ours + part, theirs + part);
        }

        foreach (string[] one in (string[][])[["-d", "SHUTDOWN_STATE"], ["-d", "CKSUM_2K"], ["-d", "CHECK_BAD_BLOCKS"]])
        {
            Assert.Equal(0, (await ToolProcess.Run("pmempool", ["feature", .. one, theirs])).ExitCode);
            Assert.Equal((0, string.Empty), (ToolRun.Of(["feature", ours, .. one]) is var run ? run.ExitCode : 2, run.Error));
        }

        foreach (string part in (string[])[".0", ".1"])
        {
            Assert.Equal(SamplePool.HashOf(theirs + part), SamplePool.HashOf(ours + part));
        }

        Assert.Equal(0, (await ToolProcess.Run("pmempool", "check", ours)).ExitCode);
        ToolRun converted = ToolRun.Of("convert", ours);
        Assert.Contains("CHECK_BAD_BLOCKS", converted.Output, StringComparison.Ordinal);
        Assert.Equal(0, (await ToolProcess.Run("pmempool", "check", ours)).ExitCode);
        Assert.Equal(0, ToolRun.Of("check", ours).ExitCode);
    }

    private static void Make(string set, string option)
    {
        File.WriteAllText(set, $"PMEMPOOLSET\n{option}12M {set}.0\n8M {set}.1\n");
        using BlockPool pool = BlockPool.CreateInSet(set, 512);
        pool.Write(3, SamplePool.Content);
    }

    private string[] Hashes() => [SamplePool.HashOf(_set + ".0"), SamplePool.HashOf(_set + ".1")];
}
