using System.Globalization;
using PmemTyped.Testing;

namespace PmemTyped.Mapping.Tests;

/// <summary>What the kernel keeps of a mapped file, and what it writes when a page is synced (Design 0025).</summary>
public sealed class PageCacheTests
{
    private const int PageBytes = 4096;
    private const long FileBytes = 64L << 20;

    [Fact]
    public void Maps_of_files_are_not_read_ahead_unless_they_ask_for_it()
    {
        using var file = new MappedFile(4 * PageBytes);
        using (PmemMap map = file.Map())
        {
            Assert.Contains("rr", FlagsOf(file.Path));
        }

        using (PmemMap map = file.Map(writable: false))
        {
            Assert.Contains("rr", FlagsOf(file.Path));
        }

        using PmemSource source = PmemSource.Open(file.Path);
        using (PmemMap map = PmemMap.Map(source, new PmemMapConfig { ReadsAhead = true }))
        {
            Assert.DoesNotContain("rr", FlagsOf(file.Path));
        }

        using VmReservation reservation = VmReservation.Create(1 << 21);
        using (PmemMap map = PmemMap.Map(source, new PmemMapConfig { Reservation = reservation }))
        {
            Assert.Contains("rr", FlagsOf(file.Path));
        }
    }

    // The kernel counts what it must write when a page becomes dirty. With 2 MiB pieces that would be 512 pages each.
    [DiskFact]
    public void After_a_file_was_read_in_order_a_persist_makes_one_page_dirty()
    {
        using var directory = TempDirectory.Create();
        string path = WrittenFile(directory);
        using PmemSource source = PmemSource.Open(path);
        using PmemMap map = PmemMap.Map(source);
        using scoped PmemMapLease lease = map.Lease();
        long sum = 0;
        for (long at = 0; at < FileBytes; at += PageBytes)
        {
            sum += lease.Window(at, 1)[0];
        }

        Assert.Equal(FileBytes / PageBytes, sum);
        long before = BytesMadeDirty();
        const int Persists = 20;
        for (int i = 0; i < Persists; i++)
        {
            lease.Copy((((i * 7L) + 1) << 20) % FileBytes, new byte[] { 2 });
        }

        // Other threads of the test process may write a little meanwhile.
        Assert.InRange(BytesMadeDirty() - before, Persists * PageBytes, Persists * 16 * PageBytes);
    }

    [DiskFact]
    public void What_is_preloaded_comes_into_memory_though_nobody_touches_it()
    {
        using var directory = TempDirectory.Create();
        string path = WrittenFile(directory);
        using PmemSource source = PmemSource.Open(path);
        using PmemMap map = PmemMap.Map(source);
        Assert.Equal(0, PageCache.BytesOf(path));
        map.Preload(PageBytes + 1, (8 << 20) - PageBytes - 1);
        Assert.InRange(PageCache.WaitForBytesOf(path, 7 << 20), 7 << 20, FileBytes / 2);
    }

    [Fact]
    public void Preloading_outside_of_the_map_is_refused()
    {
        using var file = new MappedFile(4 * PageBytes);
        using PmemMap map = file.Map();
        map.Preload(0, 4 * PageBytes);
        map.Preload(4 * PageBytes, 0);
        Assert.Throws<ArgumentOutOfRangeException>(() => map.Preload(0, (4 * PageBytes) + 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => map.Preload(-1, 1));
    }

    [DiskFact]
    public void A_stream_that_is_read_in_order_asks_for_what_follows()
    {
        using var directory = TempDirectory.Create();
        string path = WrittenFile(directory);
        using PmemSource source = PmemSource.Open(path);
        using PmemStream stream = PmemMap.Map(source).OpenStream(leaveMapOpen: false);
        byte[] some = new byte[(1 << 20) + PageBytes];
        stream.ReadExactly(some);
        Assert.InRange(PageCache.WaitForBytesOf(path, 5 << 19), 5 << 19, 4 << 20);
    }

    // A file of ones at each page's begin, none of it in the page cache.
    private static string WrittenFile(TempDirectory directory)
    {
        string path = directory.File("written");
        byte[] page = new byte[PageBytes];
        page[0] = 1;
        using (FileStream file = File.Create(path))
        {
            for (long at = 0; at < FileBytes; at += PageBytes)
            {
                file.Write(page);
            }

            file.Flush(flushToDisk: true);
        }

        PageCache.Drop(path);
        return path;
    }

    private static string FlagsOf(string path) => File.ReadLines("/proc/self/smaps")
        .SkipWhile(line => !line.EndsWith(path, StringComparison.Ordinal))
        .First(line => line.StartsWith("VmFlags:", StringComparison.Ordinal));

    private static long BytesMadeDirty() => long.Parse(
        File.ReadLines("/proc/self/io").Single(l => l.StartsWith("write_bytes:", StringComparison.Ordinal))[12..],
        CultureInfo.InvariantCulture);
}
