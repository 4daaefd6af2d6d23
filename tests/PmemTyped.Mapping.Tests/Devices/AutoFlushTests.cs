using System.Diagnostics;
using PmemTyped.Testing;

namespace PmemTyped.Mapping.Tests.Devices;

/// <summary>eADR is believed only when every region says exactly so (mapping specification, section 7.1).</summary>
public sealed class AutoFlushTests : IDisposable
{
    private const string CpuCache = "cpu_cache\n";
    private readonly TempDirectory _root = TempDirectory.Create();

    public void Dispose() => _root.Dispose();

    [Fact]
    public void Without_the_bus_there_is_none() => AssertNo("there is no NVDIMM bus");

    [Fact]
    public void A_bus_that_is_no_directory_is_none()
    {
        Directory.CreateDirectory(_root.File("bus/nd"));
        File.WriteAllText(_root.File("bus/nd/devices"), CpuCache);
        AssertNo("there is no NVDIMM bus");
    }

    [Fact]
    public void Without_a_region_there_is_none()
    {
        Directory.CreateDirectory(_root.File("bus/nd/devices/nmem0"));
        AssertNo("has no region");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void When_all_regions_say_so_there_is_one(int regions)
    {
        for (int region = 0; region < regions; region++)
        {
            AddRegion(region, CpuCache);
        }

        PmemPlatform platform = Platform();
        Assert.True(platform.HasAutoFlush, platform.AutoFlushExplanation);
        Assert.Contains($"region{regions - 1}", platform.AutoFlushExplanation, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("memory_controller\n", "the persistence_domain of region1 is 'memory_controller\\n'")]
    [InlineData("cpu_cache \n", "the persistence_domain of region1 is 'cpu_cache \\n'")]
    [InlineData("cpu_cache\n\n", "the persistence_domain of region1 is 'cpu_cache\\n\\n'")]
    [InlineData("\n", "the persistence_domain of region1 is '\\n'")]
    [InlineData("cpu_cache", "region1 is counted as a no: its persistence_domain is 'cpu_cache' without the end of a line")]
    [InlineData("", "region1 is counted as a no: its persistence_domain is empty")]
    [InlineData(null, "region1 has no attribute persistence_domain")]
    public void One_region_that_says_anything_else_decides(string? content, string explanation)
    {
        AddRegion(0, CpuCache);
        AddRegion(1, content);
        AddRegion(2, CpuCache);
        AssertNo(explanation);
    }

    [Fact]
    public void An_attribute_that_is_a_directory_is_a_no()
    {
        AddRegion(0, content: null);
        Directory.CreateDirectory(_root.File("devices/region0/persistence_domain"));
        AssertNo("region0 is counted as a no: its persistence_domain cannot be read (EISDIR)");
    }

    [Fact]
    public void An_attribute_that_may_not_be_read_is_a_no()
    {
        AddRegion(0, CpuCache);
        File.SetUnixFileMode(_root.File("devices/region0/persistence_domain"), UnixFileMode.None);
        Unprivileged.Run(() => AssertNo("region0 is counted as a no: its persistence_domain cannot be read (EACCES)"));
    }

    [Fact]
    public void Devices_that_may_not_be_listed_are_a_no()
    {
        AddRegion(0, CpuCache);
        File.SetUnixFileMode(_root.File("bus/nd/devices"), UnixFileMode.UserExecute);
        Unprivileged.Run(() => AssertNo("cannot be listed"));
        File.SetUnixFileMode(_root.File("bus/nd/devices"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    [Fact]
    public void A_pipe_in_place_of_an_attribute_does_not_wait_for_its_other_end()
    {
        AddRegion(0, content: null);
        using Process make = Process.Start("mkfifo", [_root.File("devices/region0/persistence_domain")]);
        make.WaitForExit();
        AssertNo("is empty");
    }

    [Fact]
    public void An_attribute_without_end_is_a_no()
    {
        AddRegion(0, new string('c', 1 << 17));
        AssertNo("cannot be read (EFBIG)");
    }

    [Fact]
    public void Only_links_are_regions()
    {
        Directory.CreateDirectory(_root.File("bus/nd/devices/region0"));
        File.WriteAllText(_root.File("bus/nd/devices/region0/persistence_domain"), CpuCache);
        AssertNo("has no region");
    }

    [Theory]
    [InlineData("../../../missing")]
    [InlineData("region0")]
    [InlineData("../../../../../../../../../../../../../../../etc")]
    [InlineData("/etc")]
    public void A_link_that_leads_nowhere_round_or_out_is_a_region_without_attributes(string target)
    {
        Directory.CreateDirectory(_root.File("bus/nd/devices"));
        File.CreateSymbolicLink(_root.File("bus/nd/devices/region0"), target);
        AssertNo("region0 has no attribute");
    }

    [Fact]
    public void A_link_may_be_absolute_within_the_tree()
    {
        Directory.CreateDirectory(_root.File("bus/nd/devices"));
        Directory.CreateDirectory(_root.File("devices/region0"));
        File.WriteAllText(_root.File("devices/region0/persistence_domain"), CpuCache);
        File.CreateSymbolicLink(_root.File("bus/nd/devices/region0"), _root.File("devices/region0"));
        Assert.True(Platform().HasAutoFlush);
    }

    [Fact]
    public void It_is_read_once()
    {
        AddRegion(0, CpuCache);
        PmemPlatform platform = Platform();
        Assert.True(platform.HasAutoFlush);
        File.WriteAllText(_root.File("devices/region0/persistence_domain"), "memory_controller\n");
        Assert.True(platform.HasAutoFlush);
        Assert.False(Platform().HasAutoFlush);
        Assert.False(PmemPlatform.HasHardwareDrain);
    }

    private void AddRegion(int region, string? content)
    {
        string directory = _root.File(FormattableString.Invariant($"devices/region{region}"));
        Directory.CreateDirectory(directory);
        Directory.CreateDirectory(_root.File("bus/nd/devices"));
        File.CreateSymbolicLink(
            _root.File(FormattableString.Invariant($"bus/nd/devices/region{region}")),
            FormattableString.Invariant($"../../../devices/region{region}"));
        if (content is not null)
        {
            File.WriteAllText(Path.Combine(directory, "persistence_domain"), content);
        }
    }

    private PmemPlatform Platform() => new(_ => null, _root.Path);

    private void AssertNo(string explanation)
    {
        PmemPlatform platform = Platform();
        Assert.False(platform.HasAutoFlush, platform.AutoFlushExplanation);
        Assert.Contains(explanation, platform.AutoFlushExplanation, StringComparison.Ordinal);
    }
}
