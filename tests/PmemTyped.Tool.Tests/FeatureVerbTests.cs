using PmemTyped.Blocks;
using PmemTyped.Testing;

namespace PmemTyped.Tool.Tests;

public sealed class FeatureVerbTests : IDisposable
{
    private const int HeaderBytes = 4096;
    private readonly TempDirectory _directory = TempDirectory.CreateInMemory();

    public void Dispose() => _directory.Dispose();

    [PmempoolTheory]
    [InlineData("-d", "SHUTDOWN_STATE")]
    [InlineData("-d", "CHECK_BAD_BLOCKS")]
    [InlineData("-d", "SHUTDOWN_STATE", "-d", "CKSUM_2K")]
    [InlineData("-d", "SHUTDOWN_STATE", "-d", "CKSUM_2K", "-e", "CKSUM_2K", "-e", "SHUTDOWN_STATE")]
    [InlineData("-d", "CHECK_BAD_BLOCKS", "-e", "CHECK_BAD_BLOCKS")]
    public async Task Switching_leaves_the_header_that_pmempool_leaves(params string[] switches)
    {
        string ours = SamplePool.Create(_directory);
        string theirs = _directory.File("theirs");
        File.Copy(ours, theirs);
        foreach (string[] one in switches.Chunk(2))
        {
            Assert.Equal(0, (await ToolProcess.Run("pmempool", ["feature", .. one, theirs])).ExitCode);
            Assert.Equal((0, string.Empty), (ToolRun.Of(["feature", ours, .. one]) is var run ? run.ExitCode : 2, run.Error));
        }

        Assert.Equal(Header(theirs), Header(ours));
        Assert.Equal(0, (await ToolProcess.Run("pmempool", "check", ours)).ExitCode);
        Assert.Equal(0, ToolRun.Of("check", ours).ExitCode);
    }

    [PmempoolTheory]
    [InlineData("-d", "CKSUM_2K")]
    [InlineData("-e", "SINGLEHDR")]
    [InlineData("-d", "SINGLEHDR")]
    public async Task What_pmempool_refuses_is_refused_and_changes_nothing(string option, string feature)
    {
        string path = SamplePool.Create(_directory);
        string before = SamplePool.HashOf(path);
        Assert.NotEqual(0, (await ToolProcess.Run("pmempool", "feature", option, feature, path)).ExitCode);
        ToolRun.Of("feature", path, option, feature).AssertCouldNot(feature);
        Assert.Equal(before, SamplePool.HashOf(path));
    }

    [PmempoolTheory]
    [InlineData("CKSUM_2K")]
    [InlineData("SHUTDOWN_STATE")]
    [InlineData("CHECK_BAD_BLOCKS")]
    [InlineData("SINGLEHDR")]
    public async Task A_query_is_answered_as_by_pmempool(string feature)
    {
        foreach (string name in (string[])["feat-none-cksum4k.pool", "feat-no-sds.pool", "b512-min-mixed.pool"])
        {
            string path = GoldenPool.Named(name).Extract(_directory);
            ToolRun theirs = await ToolProcess.Run("pmempool", "feature", "-q", feature, path);
            Assert.Equal(theirs.Output.Trim(), ToolRun.Of("feature", path, "-q", feature).Output.Trim());
        }
    }

    [PmempoolTheory]
    [InlineData("feat-none-cksum4k.pool")]
    [InlineData("feat-no-sds.pool")]
    public async Task A_pool_of_an_older_version_is_converted_and_keeps_its_blocks(string name)
    {
        GoldenPool golden = GoldenPool.Named(name);
        string path = golden.Extract(_directory);
        string old = _directory.File("old");
        File.Copy(path, old);

        ToolRun run = ToolRun.Of("convert", path);
        ToolRun again = ToolRun.Of("convert", path, "--json");

        Assert.Equal($"{path}: CHECK_BAD_BLOCKS, CKSUM_2K, SHUTDOWN_STATE\n", run.Output);
        Assert.Contains("\"isChanged\": false", again.Output, StringComparison.Ordinal);
        Assert.Equal(0, (await ToolProcess.Run("pmempool", "check", path)).ExitCode);
        Assert.Equal(ToolRun.Of("dump", old, "-b", "-r", "-99").Bytes, ToolRun.Of("dump", path, "-b", "-r", "-99").Bytes);
        using BlockPool pool = BlockPool.Open(path);
        Assert.Equal(golden.BlockCount, pool.BlockCount);
    }

    [Fact]
    public void Without_a_wish_the_features_are_told()
    {
        string path = GoldenPool.Named("feat-no-sds.pool").Extract(_directory);
        Assert.Equal($"{path}: CHECK_BAD_BLOCKS, CKSUM_2K\n", ToolRun.Of("feature", path).Output);
        Assert.Contains("\"features\": [", ToolRun.Of("feature", path, "--json").Output, StringComparison.Ordinal);
        Assert.Equal(GoldenPool.Named("feat-no-sds.pool").ImageHash, SamplePool.HashOf(path));
    }

    private static byte[] Header(string path) => File.ReadAllBytes(path)[..HeaderBytes];
}
