using PmemTyped.Native;
using PmemTyped.Native.Linux;
using PmemTyped.Testing;

namespace PmemTyped.Blocks.Tests;

/// <summary>A new pool has the size, mode and bytes asked for; when anything is wrong no file is left.</summary>
public sealed class CreateTests : IDisposable
{
    private readonly TempDirectory _directory = TempDirectory.CreateInMemory();

    private string PathOfPool => _directory.File("pool");

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData(BlockPool.MinPoolBytes, 512, 32202)]
    [InlineData(BlockPool.MinPoolBytes + 4095, 4096, 3829)]
    [InlineData(20971520, 1, 40315)]
    [InlineData(BlockPool.MinPoolBytes, 32512, 259)]
    public void A_pool_has_the_size_asked_for_and_the_blocks_that_fit(long poolBytes, int blockSize, long blocks)
    {
        using BlockPool pool = BlockPool.Create(PathOfPool, blockSize, poolBytes);
        Assert.Equal((blockSize, blocks), (pool.BlockSize, pool.BlockCount));
        Assert.Equal((PathOfPool, false, false), (pool.Path, pool.IsLaidOut, pool.IsReadOnly));
        Assert.Equal(poolBytes, new FileInfo(PathOfPool).Length);
        byte[] content = new byte[blockSize];
        Array.Fill(content, (byte)0x5A);
        pool.Write(blocks - 1, content);
        byte[] read = new byte[blockSize];
        pool.Read(blocks - 1, read);
        Assert.Equal(content, read);
    }

    [Fact]
    public void The_descriptor_is_as_the_real_tools_expect_it()
    {
        byte[] area = [.. Enumerable.Range(1, 16).Select(i => (byte)i)];
        using (BlockPool pool = BlockPool.Create(
            PathOfPool, 513, BlockPool.MinPoolBytes, new BlockPoolOptions { ApplicationArea = area }))
        {
            byte[] found = new byte[17];
            pool.ReadApplicationArea(found);
            Assert.Equal([.. area, 0], found);
            Assert.Throws<InvalidOperationException>(() => pool.InitializeApplicationArea(area));
        }

        byte[] bytes = File.ReadAllBytes(PathOfPool);
        byte[] expected = new byte[4096];
        BitConverter.TryWriteBytes(expected.AsSpan(0), 513);
        BitConverter.TryWriteBytes(expected.AsSpan(4), 1);
        BitConverter.TryWriteBytes(expected.AsSpan(32), 8192L);
        area.CopyTo(expected, 104);
        Assert.Equal(Convert.ToHexString(expected), Convert.ToHexString(bytes.AsSpan(4096, 4096)));
        Assert.False(bytes.AsSpan(8192).ContainsAnyExcept((byte)0));
        Assert.False(bytes.AsSpan(4024, 64).ContainsAnyExcept((byte)0), "closed, but not clean");
    }

    [Theory]
    [InlineData(UnixFileMode.None)]
    [InlineData(UnixFileMode.UserRead)]
    [InlineData((UnixFileMode)0b000_110_110_100)]
    [InlineData((UnixFileMode)0b000_111_111_111)]
    [InlineData((UnixFileMode)0b111_000_000_010)]
    public void The_mode_is_exact_whatever_the_umask(UnixFileMode mode)
    {
        BlockPool.Create(PathOfPool, 512, BlockPool.MinPoolBytes, new BlockPoolOptions { Mode = mode }).Dispose();
        Assert.Equal(mode, File.GetUnixFileMode(PathOfPool));
    }

    [Fact]
    public void The_default_mode_is_for_the_owner()
    {
        BlockPool.Create(PathOfPool, 512, BlockPool.MinPoolBytes).Dispose();
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(PathOfPool));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Blocks_are_allocated_unless_the_pool_is_sparse(bool isSparse)
    {
        BlockPool.Create(PathOfPool, 512, BlockPool.MinPoolBytes, new BlockPoolOptions { IsSparse = isSparse }).Dispose();
        using SafeFileDescriptor file = SafeFileDescriptor.OpenExisting(PathOfPool, writable: false, out _)!;
        Assert.Equal(Errno.None, file.GetStatus(out FileStatus status));
        Assert.Equal(BlockPool.MinPoolBytes, status.SizeBytes);
        Assert.Equal(isSparse, status.AllocatedBytes < BlockPool.MinPoolBytes / 2);
    }

    [Theory]
    [InlineData(0, BlockPool.MinPoolBytes, "blockSize")]
    [InlineData(-1, BlockPool.MinPoolBytes, "blockSize")]
    [InlineData(512, BlockPool.MinPoolBytes - 1, "minimum is 16785408")]
    [InlineData(512, 0, "minimum is 16785408")]
    [InlineData(512, -1, "minimum is 16785408")]
    [InlineData(512, long.MinValue, "minimum is 16785408")]
    [InlineData(32513, BlockPool.MinPoolBytes, "fewer than 512 blocks of 32513")]
    [InlineData(int.MaxValue, BlockPool.MinPoolBytes, "fewer than 512 blocks of 2147483647")]
    [InlineData(65536, 549772599296, "fewer than 512 blocks of 65536")]
    public void Impossible_sizes_are_refused_and_leave_no_file(int blockSize, long poolBytes, string says)
    {
        var refusal = Assert.Throws<ArgumentOutOfRangeException>(() => BlockPool.Create(PathOfPool, blockSize, poolBytes));
        Assert.Contains(says, refusal.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(PathOfPool));
    }

    [Fact]
    public void An_existing_path_is_refused_and_unchanged()
    {
        File.WriteAllBytes(PathOfPool, [1, 2, 3]);
        AssertRefused(PathOfPool, Errno.Exists, "Choose another path");
        AssertRefused(_directory.Path, Errno.Exists, "Choose another path");
        Assert.Equal([1, 2, 3], File.ReadAllBytes(PathOfPool));
    }

    [Fact]
    public void A_missing_directory_is_reported() =>
        AssertRefused(_directory.File("missing/pool"), Errno.NoEntry, "Check the path.");

    [SmallDiskFact]
    public void A_full_disk_is_reported_and_leaves_no_file()
    {
        using var disk = SmallDisk.Mount();
        AssertRefused(disk.File("pool"), Errno.NoSpace, "free space or choose a smaller size");
        Assert.Empty(Directory.GetFileSystemEntries(disk.Path));
    }

    [Theory]
    [InlineData(7, 1)]
    [InlineData(3993, 1)]
    [InlineData(16, 0)]
    public void An_application_area_that_could_not_count_is_refused(int length, byte value)
    {
        byte[] area = new byte[length];
        Array.Fill(area, value);
        Assert.Throws<ArgumentException>(() => BlockPool.Create(
            PathOfPool, 512, BlockPool.MinPoolBytes, new BlockPoolOptions { ApplicationArea = area }));
        Assert.False(File.Exists(PathOfPool));
    }

    [Theory]
    [InlineData(511)]
    [InlineData(513)]
    [InlineData(0)]
    public void A_write_of_another_length_than_a_block_is_refused(int length)
    {
        using BlockPool pool = BlockPool.Create(PathOfPool, 512, BlockPool.MinPoolBytes);
        Assert.Throws<ArgumentException>(() => pool.Write(0, new byte[length]));
        Assert.False(pool.IsLaidOut);
    }

    [Fact]
    public void A_read_may_be_shorter_than_a_block_but_not_longer()
    {
        using BlockPool pool = BlockPool.Create(PathOfPool, 512, BlockPool.MinPoolBytes);
        pool.Write(0, [.. Enumerable.Range(0, 512).Select(i => (byte)i)]);
        byte[] start = new byte[3];
        pool.Read(0, start);
        Assert.Equal([0, 1, 2], start);
        Assert.Throws<ArgumentException>(() => pool.TryRead(0, new byte[513]));
    }

    private static void AssertRefused(string path, int error, string says)
    {
        var refusal = Assert.Throws<PmemIOException>(() => BlockPool.Create(path, 512, BlockPool.MinPoolBytes));
        Assert.Equal((error, path), (refusal.ErrorNumber, refusal.Path));
        Assert.Contains(says, refusal.Message, StringComparison.Ordinal);
    }
}
