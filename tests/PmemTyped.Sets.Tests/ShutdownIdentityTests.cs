using PmemTyped.Testing;

namespace PmemTyped.Sets.Tests;

/// <summary>Only a machine without NVDIMM regions has the identity zero; elsewhere it is unknown, not made up.</summary>
public sealed class ShutdownIdentityTests : IDisposable
{
    private readonly TempDirectory _root = TempDirectory.Create();

    public void Dispose() => _root.Dispose();

    [Fact]
    public void A_kernel_without_the_device_list_has_no_counters() =>
        Assert.Equal(new ShutdownIdentity(0, 0), ShutdownIdentity.Detect(_root.File("missing")));

    [Fact]
    public void An_empty_device_list_has_no_counters() =>
        Assert.Equal(new ShutdownIdentity(0, 0), ShutdownIdentity.Detect(_root.Path));

    [Theory]
    [InlineData("ndbus0")]
    [InlineData("nmem0")]
    [InlineData("myregion0")]
    public void Devices_that_are_no_regions_have_no_counters(string device)
    {
        Directory.CreateDirectory(_root.File(device));
        Assert.Equal(new ShutdownIdentity(0, 0), ShutdownIdentity.Detect(_root.Path));
    }

    [Fact]
    public void A_region_makes_the_identity_unknown()
    {
        Directory.CreateDirectory(_root.File("nmem0"));
        Directory.CreateDirectory(_root.File("region0"));
        Assert.Null(ShutdownIdentity.Detect(_root.Path));
    }

    [Fact]
    public void A_region_that_is_a_link_as_the_kernel_makes_them_counts_too()
    {
        File.CreateSymbolicLink(_root.File("region3"), "/does/not/exist");
        Assert.Null(ShutdownIdentity.Detect(_root.Path));
    }
}
