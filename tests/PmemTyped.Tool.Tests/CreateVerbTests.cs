using System.Diagnostics;
using System.Globalization;
using PmemTyped.Blocks;
using PmemTyped.Testing;

namespace PmemTyped.Tool.Tests;

public sealed class CreateVerbTests : IDisposable
{
    private readonly TempDirectory _directory = TempDirectory.CreateInMemory();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void A_pool_has_the_smallest_size_and_the_mode_of_pmempool_unless_told_otherwise()
    {
        string path = _directory.File("a.pool");
        ToolRun run = ToolRun.Of("create", "blk", "512", path);

        Assert.Equal(0, run.ExitCode);
        Assert.Equal(BlockPool.MinPoolBytes, new FileInfo(path).Length);
        Assert.Equal(
            UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.GroupWrite
                | UnixFileMode.OtherRead,
            File.GetUnixFileMode(path));
        Assert.True(BlockPool.Check(path).IsConsistent);
    }

    [Fact]
    public void One_line_says_what_was_made()
    {
        string path = _directory.File("a.pool");
        ToolRun run = ToolRun.Of("create", "blk", "4K", path, "--size", "32MiB");
        using BlockPool pool = BlockPool.Open(path);

        Assert.Empty(run.Error);
        Assert.Equal($"{path}: 7919 blocks of 4096 bytes, {pool.Durability}\n", run.Output);
    }

    [Theory]
    [InlineData("--quiet")]
    [InlineData("-q")]
    public void Quiet_says_nothing(string option)
    {
        ToolRun run = ToolRun.Of("create", "blk", "512", _directory.File("a.pool"), option);
        Assert.Equal((0, string.Empty, string.Empty), (run.ExitCode, run.Output, run.Error));
        Assert.True(File.Exists(_directory.File("a.pool")));
    }

    [Theory]
    [InlineData("-s", "17M")]
    [InlineData("--size", "17825792")]
    [InlineData("--size=17mib")]
    [InlineData("-s17M")]
    public void The_size_can_be_given_in_every_way(params string[] option)
    {
        string path = _directory.File("a.pool");
        Assert.Equal(0, ToolRun.Of(["create", "blk", "512", path, .. option]).ExitCode);
        Assert.Equal(17L << 20, new FileInfo(path).Length);
    }

    [Theory]
    [InlineData("0", "16M", "A block of 0 bytes is not possible")]
    [InlineData("2147483648", "16M", "A block of 2147483648 bytes is not possible")]
    [InlineData("5G", "16M", "A block of 5368709120 bytes is not possible")]
    [InlineData("4Q", "16M", "'4Q' is not a size")]
    [InlineData("512", "many", "'many' is not a size")]
    [InlineData("512", "0", "A pool of 0 bytes is too small; the minimum is 16785408.")]
    [InlineData("512", "16M", "A pool of 16777216 bytes is too small; the minimum is 16785408.")]
    [InlineData("100K", "17M", "fewer than 512 blocks of 102400; choose smaller blocks or another pool size.")]
    public void Sizes_that_make_no_pool_are_refused_and_leave_no_file(string blockSize, string size, string because)
    {
        string path = _directory.File("a.pool");
        ToolRun run = ToolRun.Of("create", "blk", blockSize, path, "--size", size);
        run.AssertCouldNot(because);
        Assert.DoesNotContain("Parameter", run.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(path));
    }

    [Fact]
    public void A_file_that_exists_is_not_touched()
    {
        string path = _directory.File("precious");
        File.WriteAllText(path, "precious");
        ToolRun.Of("create", "blk", "512", path).AssertCouldNot("it exists already");
        Assert.Equal("precious", File.ReadAllText(path));
    }

    [Fact]
    public void A_directory_that_is_missing_is_not_made() =>
        ToolRun.Of("create", "blk", "512", _directory.File("missing/a.pool")).AssertCouldNot("does not exist");

    [Fact]
    public void An_interrupted_command_leaves_no_file()
    {
        string path = _directory.File("a.pool");
        using var interrupt = new InterruptHold();
        interrupt.Request();
        ToolRun.Of(() => Stream.Null, interrupt, "create", "blk", "512", path).AssertCouldNot("was removed again");
        Assert.False(File.Exists(path));
    }

    [Theory]
    [InlineData("INT", 2)]
    [InlineData("TERM", 15)]
    [InlineData("HUP", 1)]
    public async Task A_signal_is_held_back_and_remembered_unless_it_is_ignored(string signal, int number)
    {
        using InterruptHold hold = InterruptHold.OfProcess();
        Assert.False(hold.IsRequested);
        using Process kill = Process.Start(
            "kill", ["-s", signal, Environment.ProcessId.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync();
        bool isIgnored = IsIgnored(number);
        for (int waited = 0; waited < 1000 && !isIgnored && !hold.IsRequested; waited++)
        {
            await Task.Delay(10);
        }

        Assert.Equal(!isIgnored, hold.IsRequested);
    }

    // nohup, for example, starts what it runs so.
    private static bool IsIgnored(int number)
    {
        const string Key = "SigIgn:";
        string mask = File.ReadLines("/proc/self/status").First(l => l.StartsWith(Key, StringComparison.Ordinal))[Key.Length..];
        return (ulong.Parse(mask, NumberStyles.HexNumber | NumberStyles.AllowLeadingWhite, CultureInfo.InvariantCulture) >> (number - 1) & 1) != 0;
    }
}
