using System.Diagnostics;
using System.Globalization;
using PmemTyped.Blocks;
using PmemTyped.Testing;

namespace PmemTyped.Tool.Tests;

/// <summary>The real program with real pipes: what a test inside the process cannot see.</summary>
public sealed class ProcessTests : IDisposable
{
    private static readonly byte[] s_everyByte = [.. Enumerable.Range(0, 4096).Select(i => (byte)(i * 7))];
    private readonly TempDirectory _directory = TempDirectory.CreateInMemory();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Bytes_of_every_value_go_through_the_pipes_unchanged()
    {
        string path = _directory.File("a.pool");
        ToolRun created = await Tool("create", "blk", "4K", path);
        ToolRun written = await ToolProcess.RunTool(s_everyByte, "write", path, "7");
        ToolRun read = await Tool("read", path, "7", "--raw");

        Assert.Equal((0, 0, 0), (created.ExitCode, written.ExitCode, read.ExitCode));
        Assert.StartsWith($"{path}: 3829 blocks of 4096 bytes, ", created.Output, StringComparison.Ordinal);
        Assert.Equal(string.Empty, created.Error + written.Error + written.Output + read.Error);
        Assert.Equal(s_everyByte, read.Bytes);
    }

    [Fact]
    public async Task The_exit_codes_reach_the_shell()
    {
        string path = SamplePool.Create(_directory);
        ToolRun consistent = await Tool("check", path);
        ToolRun bad = await Tool("read", path, $"{SamplePool.BadBlock}");
        ToolRun missing = await Tool("info", _directory.File("missing"));

        Assert.Equal((0, $"{path}: consistent\n"), (consistent.ExitCode, consistent.Output));
        Assert.Equal((1, string.Empty), (bad.ExitCode, bad.Output));
        missing.AssertCouldNot("it does not exist");
    }

    [Fact]
    public async Task A_pool_is_damaged_repaired_dumped_and_removed()
    {
        string path = SamplePool.Create(_directory);
        SamplePool.Flip(path, BlockPool.Describe(path).Arenas[0].Offset + 60);

        ToolRun planned = await Tool("check", path, "--repair", "--dry-run");
        ToolRun repaired = await Tool("check", path, "--repair");
        ToolRun dumped = await Tool("dump", path, "--binary", "--range", $"{SamplePool.WrittenBlock}");
        ToolRun converted = await Tool("convert", path);
        ToolRun removed = await Tool("rm", "--verbose", path);

        Assert.Equal((1, 0, 0, 0), (planned.ExitCode, repaired.ExitCode, dumped.ExitCode, converted.ExitCode));
        Assert.Equal(SamplePool.Content, dumped.Bytes);
        Assert.Equal((0, $"{path}: removed\n"), (removed.ExitCode, removed.Output));
        Assert.False(File.Exists(path));
    }

    [Fact]
    public async Task Redirected_information_has_no_escape_codes_even_on_a_build_server()
    {
        string path = SamplePool.Create(_directory);
        ProcessStartInfo start = new(ToolProcess.Dotnet, [ToolProcess.ToolPath, "info", path])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["GITHUB_ACTIONS"] = "true";
        start.Environment["TERM"] = "xterm-256color";
        using Process process = Process.Start(start)!;
        ToolRun run = await ToolProcess.Complete(process, ReadOnlyMemory<byte>.Empty);

        Assert.Equal(0, run.ExitCode);
        Assert.DoesNotContain('\e', run.Output);
        Assert.Equal(ToolRun.Of("info", path).Output, run.Output);
    }

    [Fact]
    public async Task A_pool_that_this_process_has_open_is_locked_for_the_program()
    {
        string path = SamplePool.Create(_directory);
        using BlockPool open = BlockPool.Open(path);
        (await Tool("check", path)).AssertCouldNot("it is locked");
    }

    [Theory]
    [InlineData("--raw")]
    [InlineData("--hex")]
    public async Task A_full_device_behind_the_output_is_an_error(string option)
    {
        string path = SamplePool.Create(_directory);
        ToolRun run = await ToolProcess.Run(
            "sh",
            "-c",
            "exec \"$@\" > /dev/full",
            "sh",
            ToolProcess.Dotnet,
            ToolProcess.ToolPath,
            "read",
            path,
            $"{SamplePool.WrittenBlock}",
            option);
        run.AssertCouldNot("No space left on device");
    }

    [Fact]
    public async Task A_command_that_is_interrupted_while_it_waits_for_input_has_changed_nothing()
    {
        string path = SamplePool.Create(_directory);
        string before = SamplePool.HashOf(path);
        using Process process = ToolProcess.StartTool("write", path, $"{SamplePool.WrittenBlock}");
        await process.StandardInput.BaseStream.WriteAsync(new byte[SamplePool.BlockSize]);
        await process.StandardInput.BaseStream.FlushAsync();

        using Process kill = Process.Start("kill", ["-s", "INT", process.Id.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync();
        Assert.Equal(0, kill.ExitCode);
        await process.WaitForExitAsync().WaitAsync(TimeSpan.FromMinutes(1));
        Assert.NotEqual(0, process.ExitCode);
        Assert.Equal(before, SamplePool.HashOf(path));
    }

    [Fact]
    public async Task An_input_without_end_is_refused_and_not_waited_for()
    {
        string path = SamplePool.Create(_directory);
        ToolRun run = await ToolProcess.Run(
            "sh",
            "-c",
            "exec \"$@\" < /dev/zero",
            "sh",
            ToolProcess.Dotnet,
            ToolProcess.ToolPath,
            "write",
            path,
            "0");
        run.AssertCouldNot("More than 512 bytes");
    }

    [Fact]
    public async Task The_version_is_that_of_the_assembly()
    {
        ToolRun run = await Tool("--version");
        Assert.Equal(0, run.ExitCode);
        Assert.Matches("^[0-9]+\\.[0-9]+\\.[0-9]+", run.Output);
    }

    private static Task<ToolRun> Tool(params string[] arguments) =>
        ToolProcess.RunTool(ReadOnlyMemory<byte>.Empty, arguments);
}
