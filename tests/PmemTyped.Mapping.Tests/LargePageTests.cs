using System.Globalization;
using PmemTyped.Native;
using PmemTyped.Testing;

namespace PmemTyped.Mapping.Tests;

/// <summary>What files of tmpfs are made of (Design 0027).</summary>
public sealed class LargePageTests : IDisposable
{
    private const int PageBytes = 4096;
    private const long LargePageBytes = 2 << 20;

    // The last part fills no large page.
    private const long FileBytes = (4 * LargePageBytes) + PageBytes;

    private readonly TempDirectory _directory = TempDirectory.CreateInMemory();

    [LargePageFact]
    public void A_new_file_in_memory_is_made_of_large_pages()
    {
        string path = _directory.File("new");
        using PmemMap map = PmemMap.MapFile(path, FileBytes, PmemFileOptions.Create);

        // A large page needs 2 MiB in one piece, which a machine with little memory may not have four times.
        Assert.InRange(LargePagesMapped(map), LargePageBytes, 4 * LargePageBytes);
    }

    [LargePageFact]
    public void Every_map_made_later_has_the_large_pages_too()
    {
        string path = _directory.File("later");
        PmemSource.OpenOrCreate(path, FileBytes, PmemFileOptions.Create).Dispose();
        using PmemSource source = PmemSource.Open(path);
        using PmemMap map = PmemMap.Map(source);
        Assert.InRange(LargePagesMapped(map), LargePageBytes, 4 * LargePageBytes);
    }

    [LargePageFact]
    public void Allocating_the_blocks_of_a_file_gathers_its_pages_and_keeps_its_bytes()
    {
        string path = _directory.File("filled");
        byte[] content = new byte[FileBytes];
        new Random(5).NextBytes(content);
        File.WriteAllBytes(path, content);
        using PmemSource source = PmemSource.Open(path);
        using PmemMap map = PmemMap.Map(source);
        Assert.Equal(0, LargePagesMapped(map));

        source.AllocateBlocks();

        Assert.InRange(LargePagesMapped(map), LargePageBytes, 4 * LargePageBytes);
        Assert.Equal(content, File.ReadAllBytes(path));
    }

    [LargePageFact]
    public void A_sparse_file_stays_sparse()
    {
        string path = _directory.File("sparse");
        using PmemMap map = PmemMap.MapFile(path, FileBytes, PmemFileOptions.Create | PmemFileOptions.Sparse);
        Assert.Equal(0, PageCache.BytesOf(path));
        Assert.Equal(0, LargePagesMapped(map));
    }

    [Fact]
    public void A_file_that_fills_no_large_page_is_allocated_as_well()
    {
        string path = _directory.File("small");
        using PmemMap map = PmemMap.MapFile(path, 3 * PageBytes, PmemFileOptions.Create);
        Assert.Equal(3 * PageBytes, map.LengthBytes);
        Assert.Equal(0, LargePagesMapped(map));
    }

    [LargePageFact]
    public void A_file_that_does_not_fit_is_refused_before_it_takes_memory()
    {
        string path = _directory.File("large");
        long room = new DriveInfo(_directory.Path).AvailableFreeSpace;
        using PmemSource source = PmemSource.OpenOrCreate(path, room + (64 << 20), PmemFileOptions.Create | PmemFileOptions.Sparse);
        using SafeFileDescriptor file = SafeFileDescriptor.OpenExisting(path, writable: true, out _)!;

        file.GatherPages(source.GetLengthBytes());

        Assert.Equal(0, PageCache.BytesOf(path));
    }

    public void Dispose() => _directory.Dispose();

    // Touches every page, because a map has only what was touched.
    private static long LargePagesMapped(PmemMap map)
    {
        using scoped PmemMapLease lease = map.Lease();
        long sum = 0;
        for (long at = 0; at < map.LengthBytes; at += PageBytes)
        {
            sum += lease.Window(at, 1)[0];
        }

        Assert.InRange(sum, 0, long.MaxValue);
        string start = map.Address.ToString("x", CultureInfo.InvariantCulture) + "-";
        string line = File.ReadLines("/proc/self/smaps")
            .SkipWhile(l => !l.StartsWith(start, StringComparison.Ordinal))
            .First(l => l.StartsWith("ShmemPmdMapped:", StringComparison.Ordinal));
        return long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) << 10;
    }
}
