using PmemTyped.Native.Linux;
using PmemTyped.Testing;

namespace PmemTyped.Mapping.Tests;

/// <summary>What can be mapped, how, and what becomes of the file.</summary>
public sealed class PmemMapTests : IDisposable
{
    private readonly TempDirectory _directory = TempDirectory.Create();

    private string PathOfFile => _directory.File("mapped");

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData(5000, 0, 5000)]
    [InlineData(5000, 5000, 5000)]
    [InlineData(5000, 1, 1)]
    [InlineData(8192, 4096, 4096)]
    [InlineData(1, 0, 1)]
    public void The_length_is_the_configured_one_or_that_of_the_file(long fileBytes, long configured, long expected)
    {
        using PmemSource source = SourceOf(fileBytes);
        using PmemMap map = PmemMap.Map(source, new PmemMapConfig { LengthBytes = configured });
        Assert.Equal(expected, map.LengthBytes);
        using PmemMapLease lease = map.Lease();
        Assert.Equal(expected, lease.LengthBytes);
    }

    [Theory]
    [InlineData(5000, 5001)]
    [InlineData(5000, 8192)]
    [InlineData(5000, -1)]
    [InlineData(5000, long.MaxValue)]
    [InlineData(5000, long.MinValue)]
    [InlineData(0, 0)]
    [InlineData(0, 1)]
    public void A_length_that_the_file_does_not_have_is_refused(long fileBytes, long configured)
    {
        using PmemSource source = SourceOf(fileBytes);
        var refusal = Assert.Throws<ArgumentOutOfRangeException>(
            () => PmemMap.Map(source, new PmemMapConfig { LengthBytes = configured }));
        Assert.Contains(PathOfFile, refusal.Message, StringComparison.Ordinal);
        Assert.Contains(FormattableString.Invariant($"which has {fileBytes}"), refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_one_map_persists_another_and_the_file_show()
    {
        using PmemSource source = SourceOf(3 * 4096);
        using PmemMap first = PmemMap.Map(source);
        using PmemMap second = PmemMap.Map(source);
        byte[] large = [.. Enumerable.Range(0, 5000).Select(i => (byte)i)];
        using PmemMapLease writing = first.Lease();
        writing.StorePersisted(4000, large);
        writing.Flush(0, 12288);
        writing.Drain();
        writing.Persist(4000, 5000);

        using PmemMapLease reading = second.Lease();
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
    public void A_file_opened_for_reading_can_be_mapped_for_reading_only()
    {
        SourceOf(4096).Dispose();
        using PmemSource source = PmemSource.Open(PathOfFile, writable: false);
        using PmemMap map = PmemMap.Map(source, new PmemMapConfig { IsWritable = false });
        using PmemMapLease lease = map.Lease();
        Assert.Equal(0xA5, lease.Window(4095, 1)[0]);

        var refusal = Assert.Throws<PmemIOException>(() => PmemMap.Map(source));
        Assert.Equal(("map", PathOfFile, Errno.Access), (refusal.Operation, refusal.Path, refusal.ErrorNumber));
    }

    [Fact]
    public void A_private_map_changes_neither_the_file_nor_other_maps_and_does_not_claim_to_be_safe()
    {
        using PmemSource source = SourceOf(4096);
        using PmemMap hidden = PmemMap.Map(source, new PmemMapConfig { IsPrivate = true });
        using PmemMap shared = PmemMap.Map(source);
        using PmemMapLease writing = hidden.Lease();
        writing.StorePersisted(0, [1, 2, 3]);

        using PmemMapLease reading = shared.Lease();
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
        Assert.Throws<ObjectDisposedException>(() => { using PmemMapLease lease = map.Lease(); });
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
