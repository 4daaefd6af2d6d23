using PmemTyped.Blocks;
using PmemTyped.Testing;

namespace PmemTyped.Tool.Tests;

public sealed class RemoveVerbTests : IDisposable
{
    private readonly TempDirectory _directory = TempDirectory.CreateInMemory();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void Files_are_removed_without_a_word_unless_it_is_asked_for()
    {
        string first = SamplePool.Create(_directory);
        string second = _directory.File("second");
        File.WriteAllText(second, "no pool");
        Assert.Equal((0, string.Empty, string.Empty), Said(ToolRun.Of("rm", first)));
        Assert.Equal((0, $"{second}: removed\n", string.Empty), Said(ToolRun.Of("rm", "-v", second)));
        Assert.Empty(Directory.EnumerateFiles(_directory.Path));
    }

    [Fact]
    public void A_missing_file_is_an_error_unless_forced_and_the_others_go_all_the_same()
    {
        string missing = _directory.File("missing");
        string path = SamplePool.Create(_directory);
        ToolRun.Of("rm", missing, path).AssertCouldNot("it does not exist");
        Assert.False(File.Exists(path));
        Assert.Equal((0, string.Empty, string.Empty), Said(ToolRun.Of("rm", "-f", missing)));
    }

    [Fact]
    public void A_pool_that_somebody_reads_stays()
    {
        string path = SamplePool.Create(_directory);
        using BlockPool reader = BlockPool.OpenReadOnly(path);
        ToolRun.Of("rm", "-f", path).AssertCouldNot("it is locked");
        Assert.True(File.Exists(path));
    }

    [Fact]
    public void A_pool_set_is_not_removed_in_part()
    {
        string set = WriteSet();
        ToolRun.Of("rm", set).AssertCouldNot("it does not exist");
        Assert.Equal(0, ToolRun.Of("create", "blk", "512", set).ExitCode);
        File.Delete(_directory.File("b"));
        ToolRun.Of("rm", set).AssertCouldNot("it does not exist");
        Assert.True(File.Exists(_directory.File("a")));
        Assert.Equal((0, string.Empty, string.Empty), Said(ToolRun.Of("rm", "-f", set)));
        Assert.Equal([set], Directory.EnumerateFiles(_directory.Path));
    }

    [Fact]
    public void The_parts_of_a_set_are_made_made_anew_and_removed_with_the_set_file_if_wished()
    {
        string set = WriteSet();
        ToolRun.Of("create", "blk", "512", "-s", "20M", set).AssertCouldNot("which says the sizes");
        Assert.StartsWith($"{set}: ", ToolRun.Of("create", "blk", "512", set).Output, StringComparison.Ordinal);
        ToolRun.Of("create", "blk", "512", set).AssertCouldNot("in use");
        Assert.Equal(0, ToolRun.Of("create", "blk", "--force", "4K", set).ExitCode);
        Assert.Equal(4096, BlockPool.Describe(set).BlockSize);
        using (BlockPool.OpenReadOnly(set))
        {
            ToolRun.Of("rm", "-a", set).AssertCouldNot("it is locked");
        }

        Assert.Equal((0, string.Empty, string.Empty), Said(ToolRun.Of("rm", "-a", set)));
        Assert.Empty(Directory.EnumerateFiles(_directory.Path));
    }

    [Fact]
    public void Only_what_is_agreed_to_is_removed()
    {
        string first = SamplePool.Create(_directory);
        string second = _directory.File("second");
        File.WriteAllText(second, "no pool");
        ToolRun run = ToolRun.Of("n\ny\n"u8.ToArray(), "rm", "-i", first, second);
        Assert.Equal(0, run.ExitCode);
        Assert.Contains($"remove '{first}'? [y/N] ", run.Error, StringComparison.Ordinal);
        Assert.Equal((true, false), (File.Exists(first), File.Exists(second)));
        ToolRun.Of("rm", "-i", first);
        Assert.True(File.Exists(first));
    }

    [Fact]
    public void Json_tells_of_every_file()
    {
        string path = SamplePool.Create(_directory);
        ToolRun run = ToolRun.Of("rm", "--json", "-f", path, _directory.File("missing"));
        using var document = System.Text.Json.JsonDocument.Parse(run.Output);
        Assert.Equal([true, false], document.RootElement.EnumerateArray().Select(f => f.GetProperty("isRemoved").GetBoolean()));
    }

    private static (int ExitCode, string Output, string Error) Said(ToolRun run) => (run.ExitCode, run.Output, run.Error);

    private string WriteSet()
    {
        string set = _directory.File("pool.set");
        File.WriteAllText(set, $"PMEMPOOLSET\n16M {_directory.File("a")}\n2M {_directory.File("b")}\n");
        return set;
    }
}
