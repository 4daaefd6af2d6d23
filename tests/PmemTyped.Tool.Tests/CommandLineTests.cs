using PmemTyped.Testing;

namespace PmemTyped.Tool.Tests;

public sealed class CommandLineTests
{
    [Theory]
    [InlineData("--help", "create", "info", "check", "read", "write", "dump", "rm", "feature", "convert")]
    [InlineData("create blk --help", "<bsize>", "<file>", "--size", "--max-size", "--mode", "--inherit", "--force")]
    [InlineData("create blk --help", "--write-layout", "--clear-bad-blocks", "--quiet", "--verbose", "--json")]
    [InlineData("info --help", "<file>", "--json")]
    [InlineData("check --help", "<file>", "--repair", "--dry-run", "--advanced", "--backup", "--quiet", "--json")]
    [InlineData("dump --help", "<file>", "--range", "--hex", "--text", "--binary", "--output", "--json")]
    [InlineData("rm --help", "<files>", "--force", "--interactive", "--verbose", "--json")]
    [InlineData("feature --help", "<file>", "--enable", "--disable", "--query", "--json")]
    [InlineData("convert --help", "<file>", "--json")]
    [InlineData("read --help", "<file>", "<block>", "--hex", "--raw")]
    [InlineData("write --help", "<file>", "<block>", "--pad")]
    public void Help_names_what_can_be_given(string commandLine, params string[] expected)
    {
        ToolRun run = ToolRun.Of(commandLine.Split(' '));
        Assert.Equal(0, run.ExitCode);
        Assert.Empty(run.Error);
        Assert.All(expected, word => Assert.Contains(word, run.Output, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("", "See 'pmt --help'")]
    [InlineData("erase", "'erase' is not understood here. See 'pmt --help'")]
    [InlineData("create", "See 'pmt create --help'")]
    [InlineData("create log 512 x.pool", "'log' is not understood here. See 'pmt create --help'")]
    [InlineData("create blk 512", "'file'")]
    [InlineData("create blk 512 x.pool y.pool", "'y.pool' is not understood here. See 'pmt create blk --help'")]
    [InlineData("info", "'file'")]
    [InlineData("check", "'file'")]
    [InlineData("read x.pool", "'block'")]
    [InlineData("write x.pool", "'block'")]
    [InlineData("read x.pool 1 --hex --raw", "--hex and --raw exclude each other")]
    [InlineData("check x.pool --dry-run", "--dry-run, --advanced and --backup need --repair")]
    [InlineData("check x.pool -a", "--dry-run, --advanced and --backup need --repair")]
    [InlineData("dump x.pool --hex --text", "exclude each other")]
    [InlineData("dump x.pool -r 5-3", "'5-3' is not a range of blocks")]
    [InlineData("dump x.pool -r 1,,2", "'' is not a range of blocks")]
    [InlineData("feature x.pool -e NOTHING", "NOTHING")]
    [InlineData("feature x.pool -e CKSUM_2K -d CKSUM_2K", "exclude each other")]
    [InlineData("create blk 512 x.pool -m 9", "'9' is not a mode")]
    [InlineData("create blk 512 x.pool -m 17777", "'17777' is not a mode")]
    [InlineData("create blk 512 x.pool -M -s 20M", "exclude each other")]
    [InlineData("create blk", "'bsize'")]
    public void Arguments_that_make_no_command_are_refused(string commandLine, string because) =>
        ToolRun.Of(commandLine.Split(' ', StringSplitOptions.RemoveEmptyEntries)).AssertCouldNot(because);

    [Fact]
    public void A_misspelled_option_does_not_become_a_file()
    {
        using var directory = TempDirectory.CreateInMemory();
        ToolRun.Of("create", "blk", "512", "--qiuet").AssertCouldNot("'--qiuet' is no option here");
        ToolRun.Of("info", "--jsn", directory.File("a")).AssertCouldNot("'--jsn' is no option here");
        Assert.False(File.Exists("--qiuet"));
    }

    [Fact]
    public void A_name_that_looks_like_an_option_is_a_file_behind_two_dashes() =>
        ToolRun.Of("info", "--", "--missing").AssertCouldNot("Cannot open '--missing': it does not exist");

    [Fact]
    public void A_name_that_begins_with_an_at_sign_is_a_file() =>
        ToolRun.Of("info", "@missing").AssertCouldNot("Cannot open '@missing': it does not exist");

    [Theory]
    [InlineData("info")]
    [InlineData("check")]
    [InlineData("read", "0")]
    [InlineData("write", "0")]
    [InlineData("dump")]
    [InlineData("rm")]
    [InlineData("feature")]
    [InlineData("convert")]
    [InlineData("check", "--repair")]
    public void Every_verb_refuses_a_pool_that_is_open(string verb, params string[] more)
    {
        using var directory = TempDirectory.CreateInMemory();
        string path = SamplePool.Create(directory);
        using Blocks.BlockPool open = Blocks.BlockPool.Open(path);
        ToolRun.Of([verb, path, .. more]).AssertCouldNot("it is locked");
    }

    [Theory]
    [InlineData("info")]
    [InlineData("check")]
    [InlineData("read", "0")]
    [InlineData("write", "0")]
    [InlineData("dump")]
    [InlineData("rm")]
    [InlineData("feature")]
    [InlineData("convert")]
    [InlineData("check", "--repair")]
    public void Every_verb_refuses_a_file_that_is_missing_and_a_directory(string verb, params string[] more)
    {
        using var directory = TempDirectory.CreateInMemory();
        ToolRun.Of([verb, directory.File("missing"), .. more]).AssertCouldNot("it does not exist");
        ToolRun.Of([verb, directory.Path, .. more]).AssertCouldNot("it is a directory");
    }

    [Theory]
    [InlineData("info")]
    [InlineData("read", "0")]
    [InlineData("write", "0")]
    [InlineData("dump")]
    [InlineData("feature")]
    [InlineData("convert")]
    public void A_foreign_a_damaged_and_a_truncated_file_cannot_be_worked_on(string verb, params string[] more)
    {
        using var directory = TempDirectory.CreateInMemory();
        string foreign = directory.File("foreign");
        File.WriteAllText(foreign, "no pool");
        string damaged = SamplePool.Create(directory);
        SamplePool.Flip(damaged, 100);
        string truncated = GoldenPool.Named("b520-20m.pool").Extract(directory);
        using (FileStream file = File.OpenWrite(truncated))
        {
            file.SetLength(18 << 20);
        }

        ToolRun.Of([verb, foreign, .. more]).AssertCouldNot("file size");
        ToolRun.Of([verb, damaged, .. more]).AssertCouldNot("pool header");
        ToolRun.Of([verb, truncated, .. more]).AssertCouldNot("is damaged");
    }

    [Fact]
    public void What_nobody_expected_is_told_with_its_type()
    {
        using var directory = TempDirectory.CreateInMemory();
        string path = SamplePool.Create(directory);
        ToolRun run = ToolRun.Of(
            () => throw new InvalidOperationException("first\nsecond"), new InterruptHold(), "write", path, "0");
        run.AssertCouldNot("unexpected System.InvalidOperationException: first second");
    }

    [Fact]
    public void A_file_that_may_not_be_read_cannot_be_checked()
    {
        using var directory = TempDirectory.CreateInMemory();
        string path = SamplePool.Create(directory);
        File.SetUnixFileMode(path, UnixFileMode.None);
        Unprivileged.Run(() => ToolRun.Of("check", path).AssertCouldNot("permission denied"));
    }
}
