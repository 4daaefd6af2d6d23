using System.Text.Json;
using PmemTyped.Mapping;
using PmemTyped.Testing;

namespace PmemTyped.Tool.Tests;

/// <summary>The doctor says what a persist is worth, why, and changes nothing.</summary>
public sealed class DoctorVerbTests : IDisposable
{
    private readonly TempDirectory _memory = TempDirectory.CreateInMemory();
    private readonly TempDirectory _directory = TempDirectory.Create();

    public void Dispose()
    {
        _memory.Dispose();
        _directory.Dispose();
    }

    [Fact]
    public void A_directory_in_memory_is_volatile_and_the_answer_is_no()
    {
        ToolRun run = ToolRun.Of("doctor", _memory.Path);
        Assert.Equal((1, string.Empty), (run.ExitCode, run.Error));
        Assert.Contains("  Durability          Volatile\n", run.Output, StringComparison.Ordinal);
        Assert.Contains("a loss of power loses it", run.Output, StringComparison.Ordinal);
        Assert.Contains("  Probed              a nameless file in this directory\n", run.Output, StringComparison.Ordinal);
        Assert.Contains("  Persist of 8 bytes  ", run.Output, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(_memory.Path));
    }

    [Theory]
    [InlineData("0", 0, "Page", "PowerSafeByPageSync")]
    [InlineData("1", 1, "CacheLine", "ForcedUnverified")]
    public void A_directory_on_a_disk_is_power_safe_unless_the_environment_claims_more(
        string force, int exitCode, string granularity, string durability)
    {
        ToolRun run = ToolRun.Of(new PmemPlatform(Only("PMEM_IS_PMEM_FORCE", force)), "doctor", _directory.Path, "--json");
        using JsonDocument document = JsonDocument.Parse(run.Output);
        JsonElement found = document.RootElement;
        if (found.GetProperty("fileSystem").GetString() is "tmpfs")
        {
            // Where the temporary directory lives in memory, only the granularity can be seen.
            (exitCode, durability) = (1, "Volatile");
        }

        Assert.Equal(exitCode, run.ExitCode);
        Assert.Equal(granularity, found.GetProperty("granularity").GetString());
        Assert.Equal(durability, found.GetProperty("durability").GetString());
        Assert.Equal(exitCode == 0, found.GetProperty("isPowerSafe").GetBoolean());
        Assert.True(found.GetProperty("persistNanoseconds").GetDouble() > 0);
        Assert.Equal(PmemPlatform.Processor.Flush.ToString(), found.GetProperty("processor").GetProperty("flushInstruction").GetString());
        Assert.Equal(PmemPlatform.Processor.Stores.ToString(), found.GetProperty("processor").GetProperty("storeInstructions").GetString());
    }

    [Fact]
    public void A_file_is_only_looked_at()
    {
        string path = _directory.File("file");
        byte[] content = [.. Enumerable.Range(0, 5000).Select(i => (byte)i)];
        File.WriteAllBytes(path, content);
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.OtherRead);
        DateTime written = File.GetLastWriteTimeUtc(path);

        ToolRun run = ToolRun.Of("doctor", path);
        Assert.Contains("  Probed              the file itself, read-only\n", run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("Persist of 8 bytes", run.Output, StringComparison.Ordinal);
        Assert.Equal(content, File.ReadAllBytes(path));
        Assert.Equal(written, File.GetLastWriteTimeUtc(path));
    }

    [Fact]
    public void A_path_that_cannot_be_looked_at_is_a_failure_and_not_an_answer()
    {
        ToolRun.Of("doctor", _directory.File("missing")).AssertCouldNot("it does not exist");
        string empty = _directory.File("empty");
        File.WriteAllBytes(empty, []);
        ToolRun.Of("doctor", empty).AssertCouldNot("give the directory that it lies in");
        ToolRun.Of("doctor", "/dev/null").AssertCouldNot("/dev/null");
    }

    [Fact]
    public void The_members_of_the_json_keep_their_order()
    {
        using JsonDocument document = JsonDocument.Parse(ToolRun.Of("doctor", _memory.Path, "--json").Output);
        Assert.Equal(
            [
                "path", "probed", "fileSystem", "granularity", "durability", "isPowerSafe", "reason",
                "persistNanoseconds", "processor", "environment", "device",
            ],
            document.RootElement.EnumerateObject().Select(m => m.Name));
    }

    [Fact]
    public void The_device_behind_a_directory_tells_its_counters()
    {
        using var sysfs = new MadeSysfs();
        sysfs.AddDimm(0, 3).AddDimm(1, 4).AddRegion(0, 0, 1).AddDisk(DeviceNumber.Of(_directory.Path));
        var platform = new PmemPlatform(_ => null, sysfs.Root);

        string text = ToolRun.Of(platform, "doctor", _directory.Path).Output;
        Assert.Contains("  Region              region0\n", text, StringComparison.Ordinal);
        Assert.Contains("  Unsafe shutdowns    7\n", text, StringComparison.Ordinal);
        Assert.Contains("  NUMA node           1\n", text, StringComparison.Ordinal);
        Assert.Contains("memory_controller", text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_medium_without_counters_says_so()
    {
        string text = ToolRun.Of("doctor", _memory.Path).Output;
        Assert.Contains("  Region              ", text, StringComparison.Ordinal);
        Assert.Contains("not supported by this medium", text, StringComparison.Ordinal);
    }

    private static Func<string, string?> Only(string name, string value) => asked => asked == name ? value : null;
}
