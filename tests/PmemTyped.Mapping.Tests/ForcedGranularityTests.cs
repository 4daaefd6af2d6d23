using PmemTyped.Native;
using PmemTyped.Testing;

namespace PmemTyped.Mapping.Tests;

/// <summary>A platform of its own gives a test a map of each granularity on one file.</summary>
public sealed class ForcedGranularityTests : IDisposable
{
    private readonly TempDirectory _directory = TempDirectory.Create();

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData("0", StoreGranularity.Page)]
    [InlineData("1", StoreGranularity.CacheLine)]
    public void Stores_reach_the_file_whatever_the_granularity(string force, StoreGranularity granularity)
    {
        string path = _directory.File("forced");
        File.WriteAllBytes(path, new byte[8192]);
        using PmemSource source = PmemSource.Open(path, platform: ForcedPlatform.Of(force));
        using PmemMap map = PmemMap.Map(source);
        Assert.Equal(PersistInstructions.Flush == FlushInstruction.None ? StoreGranularity.Page : granularity, map.Granularity);

        byte[] content = [.. Enumerable.Range(1, 3000).Select(i => (byte)i)];
        using scoped PmemMapLease lease = map.Lease();
        lease.Copy(3001, content);
        MapMedium medium = map.DangerousGetMedium();
        medium.ClearFlushed(3001, 7, default);
        medium.Store64(0, 5);
        lease.Flush(0, 8);
        lease.Drain();
        content.AsSpan(0, 7).Clear();

        byte[] file = File.ReadAllBytes(path);
        Assert.Equal(content, file[3001..6001]);
        Assert.Equal(5, file[0]);
        Assert.Equal(0, file[6001]);
    }

    [Fact]
    public void Page_granularity_is_refused_where_lines_are_required()
    {
        string path = _directory.File("forced");
        File.WriteAllBytes(path, new byte[8192]);
        using PmemSource source = PmemSource.Open(path, platform: ForcedPlatform.Of("0"));
        var refusal = Assert.Throws<NotSupportedException>(
            () => PmemMap.Map(source, new PmemMapConfig { RequiredGranularity = StoreGranularity.CacheLine }));
        Assert.Contains(path, refusal.Message, StringComparison.Ordinal);
        Assert.Contains("Page granularity, but CacheLine was required", refusal.Message, StringComparison.Ordinal);
    }

    // One platform for all of it: PMEM2_FORCE_GRANULARITY is read at every map.
    [Fact]
    public void A_map_succeeds_if_the_medium_is_at_least_as_fine_as_required()
    {
        string path = _directory.File("forced");
        File.WriteAllBytes(path, new byte[8192]);
        string? forced = null;
        var platform = new PmemPlatform(name => name == PmemPlatform.ForceGranularityVariable ? forced : null);
        using PmemSource source = PmemSource.Open(path, platform: platform);
        foreach (StoreGranularity available in Enum.GetValues<StoreGranularity>())
        {
            forced = available == StoreGranularity.CacheLine && PersistInstructions.Flush == FlushInstruction.None
                ? "page"
                : available.ToString();
            foreach (StoreGranularity required in Enum.GetValues<StoreGranularity>())
            {
                var config = new PmemMapConfig { RequiredGranularity = required };
                StoreGranularity named = MapGranularity.Named(forced)!.Value;
                if (named > required)
                {
                    Assert.Throws<NotSupportedException>(() => PmemMap.Map(source, config));
                    continue;
                }

                using PmemMap map = PmemMap.Map(source, config);
                Assert.Equal(named, map.Granularity);
            }
        }
    }
}
