using PmemTyped.Mapping.Devices;
using PmemTyped.Native;
using PmemTyped.Native.Linux;
using PmemTyped.Testing;

namespace PmemTyped.Mapping.Tests.Devices;

/// <summary>
/// Which bytes of a file lie on bad sectors. The list of the disk is made up; where the file lies, the file system says.
/// (mapping specification, section 14)
/// </summary>
public sealed class PmemBadBlocksTests : IDisposable
{
    private const int FileBytes = 1 << 20;
    private const int Sector = 512;
    private readonly TempDirectory _directory = TempDirectory.Create();
    private readonly MadeSysfs _sysfs = new();
    private readonly string _path;
    private readonly string _number;

    public PmemBadBlocksTests()
    {
        _path = _directory.File("file");
        File.WriteAllBytes(_path, Enumerable.Repeat((byte)0xA5, FileBytes).ToArray());
        _number = DeviceNumber.Of(_path);
        _sysfs.AddRegion(0);
    }

    public void Dispose()
    {
        _sysfs.Dispose();
        _directory.Dispose();
    }

    [ExtentFact]
    public void A_bad_sector_inside_the_file_is_reported_as_its_whole_block()
    {
        FileExtent extent = Extents()[0];
        SetBadSectors((Sectors(extent.PhysicalOffset) + 9, 1));
        Assert.Equal([new PmemBadBlock(extent.LogicalOffset + 4096, 4096)], Find());
    }

    [ExtentFact]
    public void Bad_sectors_are_reported_in_order_and_merged()
    {
        FileExtent extent = Extents()[0];
        long first = Sectors(extent.PhysicalOffset);
        SetBadSectors((first + 40, 2), (first + 15, 2), (first, 1), (first + 8, 1));
        Assert.Equal([new PmemBadBlock(0, 3 * 4096), new PmemBadBlock(5 * 4096, 4096)], Find());
    }

    [ExtentFact]
    public void Every_piece_of_a_file_with_holes_is_looked_at()
    {
        // More pieces than are asked for at a time.
        using (PmemSource source = Open())
        {
            for (int block = 1; block < FileBytes / 4096; block += 2)
            {
                Assert.Equal(Errno.None, source.Descriptor!.PunchHole(block * 4096L, 4096));
            }
        }

        FileExtent[] extents = Extents();
        Assert.True(extents.Length > 64, $"only {extents.Length} pieces");
        SetBadSectors([.. extents.Where((_, i) => i % 50 == 0).Select(e => (Sectors(e.PhysicalOffset) + 1, 1L))]);
        Assert.Equal(
            extents.Where((_, i) => i % 50 == 0).Select(e => new PmemBadBlock(e.LogicalOffset, 4096)), Find());
    }

    [ExtentFact]
    public void A_hole_has_no_bad_blocks()
    {
        FileExtent extent = Extents()[0];
        SetBadSectors((Sectors(extent.PhysicalOffset), 8));
        using PmemSource source = Open();
        Assert.Single(PmemBadBlocks.Find(source));
        Assert.Equal(Errno.None, source.Descriptor!.PunchHole(0, 4096));
        Assert.Empty(PmemBadBlocks.Find(source));
    }

    [ExtentFact]
    public void Bad_sectors_beside_the_file_are_not_reported()
    {
        FileExtent[] extents = Extents();
        long lowest = extents.Min(e => e.PhysicalOffset);
        long end = extents.Max(e => e.PhysicalOffset + e.LengthBytes);
        SetBadSectors((0, 1), (Sectors(lowest) - 1, 1), (Sectors(end), 1), ((long.MaxValue / Sector) - 1, 1));
        Assert.Empty(Find());
    }

    [ExtentFact]
    public void The_sectors_of_a_partition_count_from_the_beginning_of_the_disk()
    {
        const long Start = 2048;
        FileExtent extent = Extents()[0];
        _sysfs.AddPartition(_number, Start);
        _sysfs.Write(
            $"{MadeSysfs.Disk()}/badblocks",
            FormattableString.Invariant($"0 2048\n{Sectors(extent.PhysicalOffset) + Start + 8} 8\n"));
        Assert.Equal([new PmemBadBlock(4096, 4096)], Find());
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("\n")]
    public void A_disk_without_bad_sectors_gives_none(string? list)
    {
        _sysfs.AddDisk(_number);
        if (list is not null)
        {
            _sysfs.Write($"{MadeSysfs.Disk()}/badblocks", list);
        }

        Assert.Empty(Find());
    }

    [Theory]
    [InlineData("8 1\nnine 1\n", 4, "'nine 1'")]
    [InlineData("8\n", 0, "'8'")]
    [InlineData("8 0\n", 0, "'8 0'")]
    [InlineData("-8 1\n", 0, "'-8 1'")]
    [InlineData("8 1 1\n", 0, "'8 1 1'")]
    [InlineData("18014398509481983 2\n", 0, "'18014398509481983 2'")]
    [InlineData("99999999999999999999 1\n", 0, "'99999999999999999999 1'")]
    [InlineData("8 1\n16 1", 4, "'16 1'")]
    public void A_malformed_or_cut_list_is_reported_with_its_place(string list, long offset, string found)
    {
        _sysfs.AddDisk(_number);
        _sysfs.Write($"{MadeSysfs.Disk()}/badblocks", list);
        var refusal = Assert.Throws<PmemFormatException>(Find);
        Assert.Equal((offset, found), (refusal.Offset, refusal.Found));
        Assert.EndsWith("pmem0/badblocks", refusal.Path, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_on_no_disk_has_no_list()
    {
        var refusal = Assert.Throws<NotSupportedException>(Find);
        Assert.Contains($"not supported by this medium: it lies on no disk that sysfs knows (dev/block/{_number})", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_system_that_does_not_tell_where_a_file_lies_is_reported()
    {
        using var directory = TempDirectory.CreateInMemory();
        string path = directory.File("file");
        File.WriteAllBytes(path, [1]);
        _sysfs.AddDisk(DeviceNumber.Of(path));
        _sysfs.Write($"{MadeSysfs.Disk()}/badblocks", "8 1\n");
        var refusal = Assert.Throws<NotSupportedException>(() => Find(path));
        Assert.Contains("tmpfs does not tell where a file lies", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_list_of_a_region_is_clipped_to_the_dax_device()
    {
        AddDax("0x100200000\n", "1048576\n");
        _sysfs.Write($"{MadeSysfs.Region()}/badblocks", "0 8\n4095 3\n4200 8\n6140 100\n9000 8\n");
        Assert.Equal(
            [new PmemBadBlock(0, 1024), new PmemBadBlock(104 * 512, 4096), new PmemBadBlock(2044 * 512, 4 * 512)],
            PmemBadBlocks.InDevice(Dax()));
    }

    [Fact]
    public void The_bounds_of_an_older_kernel_are_those_of_the_namespace()
    {
        AddDax("0x100200000\n", "1048576\n");
        _sysfs.Remove($"{MadeSysfs.Region()}/dax0.1/dax/dax0.0/resource");
        _sysfs.Write($"{MadeSysfs.Region()}/dax0.1/resource", "0x100000000\n");
        _sysfs.Write($"{MadeSysfs.Region()}/dax0.1/size", "8192\n");
        _sysfs.Write($"{MadeSysfs.Region()}/badblocks", "8 16\n");
        Assert.Equal([new PmemBadBlock(4096, 4096)], PmemBadBlocks.InDevice(Dax()));
    }

    [Fact]
    public void A_dax_device_without_list_or_bounds_is_reported()
    {
        AddDax("0x1000\n", "1048576\n");
        Assert.Throws<NotSupportedException>(() => PmemBadBlocks.InDevice(Dax()));
        _sysfs.Write($"{MadeSysfs.Region()}/badblocks", "\n");
        Assert.Empty(PmemBadBlocks.InDevice(Dax()));
        _sysfs.Write($"{MadeSysfs.Region()}/badblocks", "0 8\n");
        Assert.Throws<PmemFormatException>(() => PmemBadBlocks.InDevice(Dax()));
        _sysfs.Remove($"{MadeSysfs.Region()}/dax0.1/dax/dax0.0/resource");
        Assert.Equal(Errno.NoEntry, Assert.Throws<PmemIOException>(() => PmemBadBlocks.InDevice(Dax())).ErrorNumber);
    }

    [ExtentFact]
    public void Clearing_makes_the_range_zero_and_nothing_else()
    {
        using (PmemSource source = Open())
        {
            PmemBadBlocks.Clear(source, new PmemBadBlock(8192, 4096));
            Assert.Equal(FileBytes, source.GetLengthBytes());
            Assert.Equal(Errno.None, source.Descriptor!.GetStatus(out FileStatus status));
            Assert.True(status.AllocatedBytes >= FileBytes, $"{status.AllocatedBytes} bytes are allocated");
        }

        byte[] content = File.ReadAllBytes(_path);
        Assert.False(content.AsSpan(8192, 4096).ContainsAnyExcept((byte)0));
        Assert.False(content.AsSpan(0, 8192).ContainsAnyExcept((byte)0xA5));
        Assert.False(content.AsSpan(8192 + 4096).ContainsAnyExcept((byte)0xA5));
    }

    [ExtentFact]
    public void What_was_found_at_the_end_of_a_file_can_be_cleared_and_its_size_stays()
    {
        File.WriteAllBytes(_path, Enumerable.Repeat((byte)0xA5, 5000).ToArray());
        FileExtent extent = Extents()[^1];
        SetBadSectors((Sectors(extent.PhysicalOffset + 4096), 8));
        using PmemSource source = Open();
        PmemBadBlock found = Assert.Single(PmemBadBlocks.Find(source));
        Assert.Equal(new PmemBadBlock(4096, 4096), found);
        PmemBadBlocks.Clear(source, found);
        Assert.Equal(5000, source.GetLengthBytes());
    }

    [Theory]
    [InlineData(-1, 4096)]
    [InlineData(long.MinValue, 4096)]
    [InlineData(0, 0)]
    [InlineData(0, -1)]
    [InlineData(0, FileBytes + 1L)]
    [InlineData(FileBytes, 1)]
    [InlineData(long.MaxValue, 1)]
    [InlineData(4096, long.MaxValue)]
    public void A_range_that_is_none_is_refused_and_nothing_changed(long offset, long lengthBytes)
    {
        using PmemSource source = Open();
        Assert.Throws<ArgumentOutOfRangeException>(() => PmemBadBlocks.Clear(source, new PmemBadBlock(offset, lengthBytes)));
        Assert.False(File.ReadAllBytes(_path).AsSpan().ContainsAnyExcept((byte)0xA5));
    }

    [Fact]
    public void A_source_that_is_read_only_is_not_cleared()
    {
        using PmemSource source = PmemSource.Open(_path, writable: false);
        Assert.Throws<InvalidOperationException>(() => PmemBadBlocks.Clear(source, new PmemBadBlock(0, 4096)));
    }

    [Fact]
    public void A_file_in_memory_can_be_cleared_too()
    {
        using var directory = TempDirectory.CreateInMemory();
        string path = directory.File("file");
        File.WriteAllBytes(path, Enumerable.Repeat((byte)1, 8192).ToArray());
        using PmemSource source = PmemSource.Open(path);
        PmemBadBlocks.Clear(source, new PmemBadBlock(4096, 4096));
        Assert.Equal(Enumerable.Repeat((byte)1, 4096).Concat(new byte[4096]), File.ReadAllBytes(path));
    }

    private static long Sectors(long bytes) => bytes / Sector;

    private PmemSource Open() => PmemSource.Open(_path, platform: new PmemPlatform(_ => null, _sysfs.Root));

    private FileExtent[] Extents()
    {
        using PmemSource source = Open();
        Assert.Equal(Errno.None, source.Descriptor!.Sync());
        var extents = new FileExtent[1024];
        Assert.Equal(Errno.None, source.Descriptor!.GetExtents(0, extents, out int count));
        Assert.NotEqual(0, count);
        Assert.True(extents[count - 1].IsLast);
        Assert.All(extents[..count], e => Assert.True(e.IsPlaced));
        return extents[..count];
    }

    private void SetBadSectors(params (long First, long Count)[] sectors)
    {
        _sysfs.AddDisk(_number);
        _sysfs.Write(
            $"{MadeSysfs.Disk()}/badblocks",
            string.Concat(sectors.Select(s => FormattableString.Invariant($"{s.First} {s.Count}\n"))));
    }

    private IReadOnlyList<PmemBadBlock> Find() => Find(_path);

    private IReadOnlyList<PmemBadBlock> Find(string path)
    {
        using PmemSource source = PmemSource.Open(path, platform: new PmemPlatform(_ => null, _sysfs.Root));
        return PmemBadBlocks.Find(source);
    }

    private void AddDax(string resource, string size)
    {
        string device = $"{MadeSysfs.Region()}/dax0.1/dax/dax0.0";
        _sysfs.Write($"{device}/resource", resource);
        _sysfs.Write($"{device}/size", size);
        _sysfs.Link("dev/char/252:3", $"../../{device}");
    }

    private DevicePlace Dax() => DevicePlace.At(_sysfs.Root, "/dev/dax0.0", "dev/char/252:3");
}
