using PmemTyped.Testing;

namespace PmemTyped.Mapping.Tests;

/// <summary>Where maps lie, and what a source or the environment has to say about it.</summary>
public sealed class PlacementTests : IDisposable
{
    private const long TwoMiB = 2L << 20;
    private const long GiB = 1L << 30;
    private readonly TempDirectory _directory = TempDirectory.CreateInMemory();

    private string PathOfFile => _directory.File("placed");

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData(1, TwoMiB)]
    [InlineData(TwoMiB + 1, TwoMiB)]
    [InlineData(2 * GiB, GiB)]
    public void A_map_is_aligned_so_that_huge_pages_fit(long lengthBytes, long alignment)
    {
        using PmemSource source = SparseFile(lengthBytes);
        using PmemMap first = PmemMap.Map(source);
        using PmemMap second = PmemMap.Map(source);
        Assert.Equal((0, 0), (first.Address % alignment, second.Address % alignment));
        Assert.NotEqual(first.Address, second.Address);
        Assert.Equal(2, Lines().Length);
    }

    [Fact]
    public void Nothing_of_the_margins_stays_mapped()
    {
        using PmemSource source = SparseFile(3 * 4096);
        using PmemMap map = PmemMap.Map(source);
        Assert.StartsWith(
            FormattableString.Invariant($"{map.Address:x}-{map.Address + (3 * 4096):x} "), Lines().Single(), StringComparison.Ordinal);
        string end = FormattableString.Invariant($"{map.Address + (3 * 4096):x}-");
        Assert.DoesNotContain(
            File.ReadLines("/proc/self/maps"), l => l.StartsWith(end, StringComparison.Ordinal) && l.Contains("---p", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("30000000000", 0x300_0000_0000)]
    [InlineData("0x30000000000", 0x300_0000_0000)]
    [InlineData("30000000001", 0x300_0020_0000)]
    public void A_hint_gives_the_lowest_aligned_gap_and_the_next_map_the_next_one(string hint, long expected)
    {
        using PmemSource source = SparseFile(4096, ForcedPlatform.With("PMEM_MMAP_HINT", hint));
        using PmemMap first = PmemMap.Map(source);
        using PmemMap second = PmemMap.Map(source);
        Assert.Equal((expected, expected + TwoMiB), (first.Address, second.Address));
    }

    [Theory]
    [InlineData("hint")]
    [InlineData("")]
    [InlineData("-1")]
    [InlineData("FFFFFFFFFFFFFFFF")]
    [InlineData("30000000000h")]
    public void An_invalid_hint_is_ignored(string hint)
    {
        using PmemSource source = SparseFile(4096, ForcedPlatform.With("PMEM_MMAP_HINT", hint));
        using PmemMap map = PmemMap.Map(source);
        Assert.True(map.Address > 0x400_0000_0000, "The kernel places maps at the upper end.");
    }

    [Fact]
    public void A_hint_of_zero_never_gives_address_zero()
    {
        using PmemSource source = SparseFile(4096, ForcedPlatform.With("PMEM_MMAP_HINT", "0"));
        using PmemMap map = PmemMap.Map(source);
        Assert.True(map.Address >= TwoMiB, "The runtime takes a fault at address 0 for a null reference.");
    }

    [Fact]
    public void Threads_that_map_with_one_hint_get_places_of_their_own()
    {
        using PmemSource source = SparseFile(4096, ForcedPlatform.With("PMEM_MMAP_HINT", "31000000000"));
        var maps = new PmemMap[64];
        Parallel.For(0, maps.Length, i => maps[i] = PmemMap.Map(source));
        Assert.Equal(
            Enumerable.Range(0, maps.Length).Select(i => 0x310_0000_0000 + (i * TwoMiB)), maps.Select(m => m.Address).Order());
        Array.ForEach(maps, m => m.Dispose());
        Assert.Empty(Lines());
    }

    private string[] Lines() =>
        [.. File.ReadLines("/proc/self/maps").Where(l => l.EndsWith(PathOfFile, StringComparison.Ordinal))];

    private PmemSource SparseFile(long lengthBytes, PmemPlatform? platform = null)
    {
        using (FileStream file = File.Create(PathOfFile))
        {
            file.SetLength(lengthBytes);
        }

        return PmemSource.Open(PathOfFile, platform: platform);
    }
}
