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

    private static string Typed(TempDirectory directory)
    {
        string path = directory.File("typed.pool");
        var options = new BlockPoolOptions { ApplicationArea = new LayoutDescription(0xFF, Text).ToBytes() };
        BlockPool.Create(path, 512, BlockPool.MinPoolBytes, options).Dispose();
        return path;
    }
}
