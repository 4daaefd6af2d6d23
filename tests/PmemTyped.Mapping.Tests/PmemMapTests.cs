using PmemTyped.Testing;

namespace PmemTyped.Mapping.Tests;

/// <summary>What can be mapped, how, and what becomes of the file.</summary>
public sealed class PmemMapTests : IDisposable
{
    private readonly TempDirectory _directory = TempDirectory.Create();

    private string PathOfFile => _directory.File("mapped");

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData(5000, 0, 0, 5000)]
    [InlineData(5000, 4096, 0, 904)]
    [InlineData(5000, 0, 4096, 4096)]
    [InlineData(12288, 4096, 4096, 4096)]
    [InlineData(12288, 8192, 0, 4096)]
    [InlineData(1, 0, 0, 1)]
    public void The_length_is_the_configured_one_or_all_to_the_end(
        long fileBytes, long offset, long configured, long expected)
    {
        using PmemSource source = SourceOf(fileBytes);
        using PmemMap map = PmemMap.Map(source, new PmemMapConfig { OffsetBytes = offset, LengthBytes = configured });
        Assert.Equal(expected, map.LengthBytes);
        using scoped PmemMapLease lease = map.Lease();
        Assert.Equal(expected, lease.LengthBytes);
        lease.Copy(expected - 1, [7]);
        Assert.Equal(7, File.ReadAllBytes(PathOfFile)[offset + expected - 1]);
    }

    // The order of the checks: a request that breaks several rules is refused for the first one.
    [Theory]
    [InlineData(5000, 1, 0, "the offset 1 is not a multiple of 4096")]
    [InlineData(0, 1, 1, "the offset 1 is not a multiple of 4096")]
    [InlineData(0, 0, 0, "which has 0 bytes")]
    [InlineData(0, 4096, 1, "which has 0 bytes")]
    [InlineData(5000, 0, 1, "the length 1 is not a multiple of 4096")]
    [InlineData(5000, 0, 5000, "the length 5000 is not a multiple of 4096")]
    [InlineData(5000, 8192, 1, "the length 1 is not a multiple of 4096")]
    [InlineData(5000, 0, 8192, "8192 bytes at offset 0x0")]
    [InlineData(12288, 4096, 12288, "12288 bytes at offset 0x1000")]
    [InlineData(5000, 8192, 0, "0 bytes at offset 0x2000")]
    [InlineData(8192, 8192, 0, "0 bytes at offset 0x2000")]
    [InlineData(8192, 0, long.MaxValue & -4096, "which has 8192")]
    [InlineData(8192, long.MaxValue & -4096, long.MaxValue & -4096, "which has 8192")]
    public void A_range_that_does_not_fit_the_file_is_refused(
        long fileBytes, long offset, long length, string complaint)
    {
        using PmemSource source = SourceOf(fileBytes);
        var config = new PmemMapConfig { OffsetBytes = offset, LengthBytes = length };
        ArgumentException refusal = Assert.ThrowsAny<ArgumentException>(() => PmemMap.Map(source, config));
        Assert.Contains(PathOfFile, refusal.Message, StringComparison.Ordinal);
        Assert.Contains(complaint, refusal.Message, StringComparison.Ordinal);
        Assert.Equal(!complaint.Contains("multiple", StringComparison.Ordinal), refusal is ArgumentOutOfRangeException);
        Assert.False(IsMapped());
    }

    // The environment is read between the mapping and the last look at the size.
    [Fact]
    public void A_file_that_shrinks_while_it_is_mapped_is_refused_and_left_unmapped()
    {
        SourceOf(8192).Dispose();
        bool isCut = false;
        var platform = new PmemPlatform(name =>
        {
            if (name == PmemPlatform.ForceGranularityVariable)
            {
                using FileStream file = File.OpenWrite(PathOfFile);
                file.SetLength(4096);
                isCut = true;
            }

            return null;
        });
        using PmemSource source = PmemSource.Open(PathOfFile, platform: platform);
        var refusal = Assert.Throws<ArgumentOutOfRangeException>(() => PmemMap.Map(source));
        Assert.Contains("shrank to 4096", refusal.Message, StringComparison.Ordinal);
        Assert.True(isCut);
        Assert.False(IsMapped());
    }

    [Fact]
    public void One_config_serves_many_sources()
    {
        var config = new PmemMapConfig { OffsetBytes = 4096, RequiredGranularity = StoreGranularity.Page };
        foreach (long fileBytes in (long[])[8192, 5000, 4097])
        {
            using PmemSource source = SourceOf(fileBytes);
            using PmemMap map = PmemMap.Map(source, config);
            Assert.Equal(fileBytes - 4096, map.LengthBytes);
        }
    }

    [Theory]
    [InlineData(0x2000, false)]
    [InlineData(0x2000, true)]
    [InlineData(5000, false)]
    public void Anonymous_memory_is_zeroed_byte_granular_and_volatile(long lengthBytes, bool isPrivate)
    {
        using PmemSource source = PmemSource.Anonymous(lengthBytes, ForcedPlatform.With(PmemPlatform.ForceGranularityVariable, "PAGE"));
        var config = new PmemMapConfig { IsPrivate = isPrivate, RequiredGranularity = StoreGranularity.Byte };
        using PmemMap map = PmemMap.Map(source, config);
        using scoped PmemMapLease lease = map.Lease();
        Assert.Equal(0, lease.Window(lengthBytes - 1, 1)[0]);
        lease.Copy(lengthBytes - 1, [5]);
        lease.Flush(0, lengthBytes);
        lease.Drain();
        Assert.Equal(5, lease.Window(lengthBytes - 1, 1)[0]);
        Assert.Equal((lengthBytes, StoreGranularity.Byte), (map.LengthBytes, map.Granularity));
        Assert.Equal(DurabilityKind.Volatile, map.Durability.Kind);
    }

    [Fact]
    public void Anonymous_memory_too_small_or_empty_is_refused()
    {
        using PmemSource page = PmemSource.Anonymous(4096);
        Assert.Throws<ArgumentOutOfRangeException>(() => PmemMap.Map(page, new PmemMapConfig { LengthBytes = 8192 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => PmemSource.Anonymous(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => PmemSource.Anonymous(-1));
    }

    [Fact]
    public void What_one_map_persists_another_and_the_file_show()
    {
        using PmemSource source = SourceOf(3 * 4096);
        using PmemMap first = PmemMap.Map(source);
        using PmemMap second = PmemMap.Map(source);
        byte[] large = [.. Enumerable.Range(0, 5000).Select(i => (byte)i)];
        using scoped PmemMapLease writing = first.Lease();
        writing.Copy(4000, large);
        writing.Flush(0, 12288);
        writing.Drain();
        writing.Persist(4000, 5000);

        using scoped PmemMapLease reading = second.Lease();
        Assert.Equal(large, reading.Window(4000, 5000).ToArray());
        Assert.Equal(large, File.ReadAllBytes(PathOfFile)[4000..9000]);
    }

    [Fact]
    public void A_medium_clears_loads_and_stores_through_the_map()
    {
        using PmemSource source = SourceOf(4096);
        using PmemMap map = PmemMap.Map(source);
        MapMedium medium = map.DangerousGetMedium();
        medium.StoreFlushed(0, new byte[] { 1, 2, 3, 4, 5, 6, 7, 8, 9 }, default);
        medium.ClearFlushed(2, 2, default);
        medium.Store32(12, 0x1234_5678);
        medium.Store64(16, ulong.MaxValue);
        medium.Store(24, [7]);
        medium.Persist(0, 32, default);

        Assert.Equal(
            Convert.FromHexString("010200000506070809A5A5A5" + "78563412" + "FFFFFFFFFFFFFFFF" + "07"),
            File.ReadAllBytes(PathOfFile)[..25]);
        Assert.Equal(0x0000_0201u, medium.Load32(0));
        Assert.Equal(ulong.MaxValue, medium.Load64(16));
        Assert.Equal(4096, medium.LengthBytes);
        Assert.Equal(map.Granularity, medium.Granularity);
    }

    [Fact]
    public void A_private_map_changes_neither_the_file_nor_other_maps_and_does_not_claim_to_be_safe()
    {
        using PmemSource source = SourceOf(4096);
        using PmemMap hidden = PmemMap.Map(source, new PmemMapConfig { IsPrivate = true });
        using PmemMap shared = PmemMap.Map(source);
        using scoped PmemMapLease writing = hidden.Lease();
        writing.Copy(0, [1, 2, 3]);

        using scoped PmemMapLease reading = shared.Lease();
        Assert.Equal([1, 2, 3], writing.Window(0, 3).ToArray());
        Assert.Equal([0xA5, 0xA5, 0xA5], reading.Window(0, 3).ToArray());
        Assert.DoesNotContain(File.ReadAllBytes(PathOfFile), b => b != 0xA5);
        Assert.False(hidden.Durability.IsPowerSafe);
    }

    [Theory]
    [InlineData(StoreGranularity.Byte)]
    public void A_medium_coarser_than_required_is_refused_and_left_unmapped(StoreGranularity required)
    {
        using PmemSource source = SourceOf(4096);
        var refusal = Assert.Throws<NotSupportedException>(
            () => PmemMap.Map(source, new PmemMapConfig { RequiredGranularity = required }));
        Assert.Contains(PathOfFile, refusal.Message, StringComparison.Ordinal);
        Assert.Contains("Byte was required", refusal.Message, StringComparison.Ordinal);
        Assert.False(IsMapped());
        using PmemMap accepted = PmemMap.Map(source);
        Assert.True(IsMapped());
    }

    [Fact]
    public void A_disposed_map_is_gone_and_gives_no_lease()
    {
        using PmemSource source = SourceOf(4096);
        PmemMap map = PmemMap.Map(source);
        Assert.True(IsMapped());
        map.Dispose();
        map.Dispose();
        Assert.False(IsMapped());
        Assert.Throws<ObjectDisposedException>(() => { using scoped PmemMapLease lease = map.Lease(); });
    }

    private bool IsMapped() =>
        File.ReadLines("/proc/self/maps").Any(line => line.EndsWith(PathOfFile, StringComparison.Ordinal));

    private PmemSource SourceOf(long fileBytes)
    {
        byte[] content = new byte[fileBytes];
        Array.Fill(content, (byte)0xA5);
        File.WriteAllBytes(PathOfFile, content);
        return PmemSource.Open(PathOfFile);
    }
}
