using System.Text.Json;
using PmemTyped.Testing;

namespace PmemTyped.Tool.Tests;

public sealed class LintVerbTests : IDisposable
{
    private readonly TempDirectory _directory = TempDirectory.CreateInMemory();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void A_sound_set_file_is_told_to_be_usable()
    {
        ToolRun run = ToolRun.Of("lint", Write("10M /a"));
        Assert.Equal((0, string.Empty), (run.ExitCode, run.Error));
        Assert.EndsWith("can be used\n", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Accidents_of_the_reference_are_explained_with_their_place()
    {
        string path = Write("-20M /a\nOPTIONSINGLEHDR\n10M /b\nREPLICA \n10M /c");
        ToolRun run = ToolRun.Of("lint", path);
        Assert.Equal(1, run.ExitCode);
        Assert.Collection(
            run.OutputLines,
            l => Assert.StartsWith($"{path}:2:1: error: '-20M' is no size: it has a sign. PMDK", l, StringComparison.Ordinal),
            l => Assert.StartsWith($"{path}:3:1: error: 'OPTIONSINGLEHDR': a blank is missing", l, StringComparison.Ordinal),
            l => Assert.StartsWith($"{path}:5:8: error: A blank follows REPLICA", l, StringComparison.Ordinal),
            l => Assert.Equal($"{path}: cannot be used", l));
    }

    [Fact]
    public void The_same_as_json()
    {
        ToolRun run = ToolRun.Of("lint", "--json", Write("0 /a"));
        using JsonDocument json = JsonDocument.Parse(run.Output);
        Assert.Equal((1, false), (run.ExitCode, json.RootElement.GetProperty("isUsable").GetBoolean()));
        JsonElement issue = Assert.Single(json.RootElement.GetProperty("issues").EnumerateArray());
        Assert.Equal(
            (2, "error", "SizeZero"),
            (issue.GetProperty("line").GetInt32(), issue.GetProperty("severity").GetString(), issue.GetProperty("code").GetString()));
    }

    [Fact]
    public void A_missing_file_could_not_be_looked_at() =>
        ToolRun.Of("lint", _directory.File("none")).AssertCouldNot("does not exist");

    private string Write(string lines)
    {
        string path = _directory.File("x.set");
        File.WriteAllText(path, $"PMEMPOOLSET\n{lines}\n");
        return path;
    }
}
