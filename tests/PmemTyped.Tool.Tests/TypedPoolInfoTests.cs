using System.Text.Json;
using PmemTyped.Blocks;
using PmemTyped.Objects;
using PmemTyped.Testing;

namespace PmemTyped.Tool.Tests;

/// <summary>A typed pool tells its record layout without the type.</summary>
public sealed class TypedPoolInfoTests
{
    private const string Text = "bank.account@1 size=16 align=8 hash=00000000000000ff { 0:Id:i64 8:Balance:i64 }";

    [Fact]
    public void Info_shows_the_record_layout()
    {
        using var directory = TempDirectory.CreateInMemory();
        string path = Typed(directory);
        ToolRun run = ToolRun.Of("info", path);
        Assert.Equal(0, run.ExitCode);
        Assert.Contains(Text, run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Info_shows_the_older_layouts_of_a_pool_that_is_being_upgraded()
    {
        using var directory = TempDirectory.CreateInMemory();
        string[] older = [Text, Text.Replace("@1", "@0", StringComparison.Ordinal)];
        string newest = Text.Replace("@1", "@2", StringComparison.Ordinal);
        string path = Typed(directory, new LayoutDescription(0xFF, newest) { Older = older });

        string output = ToolRun.Of("info", path).Output;
        JsonElement area = JsonDocument.Parse(ToolRun.Of("info", path, "--json").Output).RootElement.GetProperty("applicationArea");

        Assert.Contains(newest, output, StringComparison.Ordinal);
        Assert.All(older, line => Assert.Contains("Perhaps records of", output.Split('\n').Single(l => l.Contains(line, StringComparison.Ordinal)), StringComparison.Ordinal));
        Assert.Equal(newest, area.GetProperty("recordLayout").GetString());
        Assert.Equal(older, area.GetProperty("olderLayouts").EnumerateArray().Select(l => l.GetString()!));
    }

    [Fact]
    public void Info_names_no_older_layouts_where_there_are_none()
    {
        using var directory = TempDirectory.CreateInMemory();

        Assert.DoesNotContain("Perhaps records of", ToolRun.Of("info", Typed(directory)).Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Info_says_that_a_record_layout_is_damaged()
    {
        using var directory = TempDirectory.CreateInMemory();
        string path = Typed(directory);
        using (FileStream file = File.Open(path, FileMode.Open))
        {
            file.Position = 4200 + 40;
            file.WriteByte((byte)'X');
        }

        Assert.Contains("layout description", ToolRun.Of("info", path).Output, StringComparison.Ordinal);
    }

    private static string Typed(TempDirectory directory, LayoutDescription? description = null)
    {
        string path = directory.File("typed.pool");
        var options = new BlockPoolOptions { ApplicationArea = (description ?? new LayoutDescription(0xFF, Text)).ToBytes() };
        BlockPool.Create(path, 512, BlockPool.MinPoolBytes, options).Dispose();
        return path;
    }
}
