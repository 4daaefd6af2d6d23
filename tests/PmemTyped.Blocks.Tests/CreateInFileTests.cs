using PmemTyped.Mapping;
using PmemTyped.Native;
using PmemTyped.Native.Linux;
using PmemTyped.Testing;

namespace PmemTyped.Blocks.Tests;

/// <summary>A pool made in an existing file reads as zeros, whatever the file held behind its first page.</summary>
public sealed class CreateInFileTests : IDisposable
{
    private const int Seed = 20261123;
    private readonly TempDirectory _directory = TempDirectory.CreateInMemory();

    private string PathOfPool => _directory.File("pool");

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData("zeros")]
    [InlineData("garbage")]
    [InlineData("ones")]
    [InlineData("older pool")]
    [InlineData("older pool twice")]
    public void A_pool_in_a_file_with_any_content_begins_empty_and_stays_consistent(string before)
    {
        File.WriteAllBytes(PathOfPool, Filled(before));
        if (before == "older pool twice")
        {
            using BlockPool second = BlockPool.CreateInFile(PathOfPool, 4096);
            second.Write(1, new byte[4096]);
        }

        if (before == "older pool twice")
        {
            ClearFirstPage();
        }

        using (BlockPool pool = BlockPool.CreateInFile(PathOfPool, 512))
        {
            Assert.False(pool.IsLaidOut);
            AssertEmpty(pool);
        }

        using (BlockPool pool = BlockPool.Open(PathOfPool, 512))
        {
            Assert.False(pool.IsLaidOut);
            pool.Write(8, SoundPool.Content(80));
            Assert.Empty(pool.Check().Findings);
        }

        using BlockPool again = BlockPool.Open(PathOfPool);
        Assert.True(again.IsLaidOut);
        byte[] read = new byte[512];
        again.Read(8, read);
        Assert.Equal(SoundPool.Content(80), read);
        again.Write(8, new byte[512]);
        AssertEmpty(again);
        Assert.Empty(again.Check().Findings);
    }

    [Fact]
    public void A_file_that_is_refused_keeps_its_holes()
    {
        using (FileStream file = File.Create(PathOfPool))
        {
            file.WriteByte(1);
            file.SetLength(64 << 20);
        }

        long before = AllocatedBytes();
        Assert.Throws<PmemFormatException>(() => BlockPool.CreateInFile(PathOfPool, 512));
        Assert.Equal(before, AllocatedBytes());

        ClearFirstPage();
        BlockPool.CreateInFile(PathOfPool, 512).Dispose();
        Assert.InRange(AllocatedBytes(), 64 << 20, long.MaxValue);
    }

    [Fact]
    public void A_file_that_is_open_elsewhere_keeps_its_holes()
    {
        using (FileStream file = File.Create(PathOfPool))
        {
            file.SetLength(64 << 20);
        }

        long before = AllocatedBytes();
        using PmemSource other = PmemSource.Open(PathOfPool);
        other.LockExclusive("hold");
        Assert.Throws<PmemInUseException>(() => BlockPool.CreateInFile(PathOfPool, 512));
        Assert.Equal(before, AllocatedBytes());
    }

    // A pool in an existing file may lie on older content, which is told from its own info block by the pool's identity.
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_lost_signature_is_not_taken_for_older_content(bool isResized)
    {
        File.WriteAllBytes(PathOfPool, Filled("garbage"));
        using (BlockPool pool = BlockPool.CreateInFile(PathOfPool, 512))
        {
            pool.Write(8, SoundPool.Content(80));
        }

        byte[] damaged = File.ReadAllBytes(PathOfPool);
        damaged.AsSpan(SoundPool.InfoOffset, 16).Fill(0x11);
        if (isResized)
        {
            Array.Resize(ref damaged, damaged.Length + (4 << 20));
        }

        File.WriteAllBytes(PathOfPool, damaged);
        Assert.Throws<PmemCorruptionException>(() => BlockPool.Open(PathOfPool));
        Assert.Equal(damaged, File.ReadAllBytes(PathOfPool));
    }

    [Fact]
    public void A_zeroed_signature_in_a_resized_file_is_not_taken_for_an_interrupted_layout()
    {
        File.WriteAllBytes(PathOfPool, Filled("garbage"));
        using (BlockPool pool = BlockPool.CreateInFile(PathOfPool, 512))
        {
            pool.Write(8, SoundPool.Content(80));
        }

        byte[] damaged = File.ReadAllBytes(PathOfPool);
        damaged.AsSpan(SoundPool.InfoOffset, 8).Clear();
        Array.Resize(ref damaged, damaged.Length + (4 << 20));
        File.WriteAllBytes(PathOfPool, damaged);

        var refusal = Assert.Throws<PmemCorruptionException>(() => BlockPool.Open(PathOfPool));
        Assert.Contains("valid, as is its copy", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Size_and_mode_of_the_file_are_kept()
    {
        const UnixFileMode Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherExecute;
        File.WriteAllBytes(PathOfPool, new byte[BlockPool.MinPoolBytes + 777]);
        File.SetUnixFileMode(PathOfPool, Mode);
        BlockPool.CreateInFile(PathOfPool, 512, new byte[] { 1, 2, 3, 4, 5, 6, 7, 8 }).Dispose();
        Assert.Equal((Mode, BlockPool.MinPoolBytes + 777), (File.GetUnixFileMode(PathOfPool), new FileInfo(PathOfPool).Length));

        BlockPoolDescription facts = BlockPool.Describe(PathOfPool);
        Assert.False(facts.IsZeroed);
        Assert.Equal([1, 2, 3, 4, 5, 6, 7, 8, 0], facts.ApplicationArea.Span[..9].ToArray());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(4095)]
    public void A_first_page_in_use_is_refused_and_unchanged(int offset)
    {
        byte[] bytes = new byte[BlockPool.MinPoolBytes];
        bytes[offset] = 1;
        AssertRefused<PmemFormatException>(bytes, 512, "first page", "in use", "clear its first 4096 bytes");
    }

    [Fact]
    public void A_pool_is_not_overwritten() =>
        AssertRefused<PmemFormatException>(SoundPool.Bytes(), 512, "It may be a pool already; open it");

    [Theory]
    [InlineData(BlockPool.MinPoolBytes - 4096, 512, "minimum is 16785408")]
    [InlineData(0, 512, "minimum is 16785408")]
    [InlineData(BlockPool.MinPoolBytes, 32513, "fewer than 512 blocks")]
    public void A_file_too_small_for_the_block_size_is_refused_and_unchanged(long fileBytes, int blockSize, string says) =>
        AssertRefused<ArgumentOutOfRangeException>(new byte[fileBytes], blockSize, says);

    [Fact]
    public void A_missing_file_is_reported()
    {
        var refusal = Assert.Throws<PmemIOException>(() => BlockPool.CreateInFile(PathOfPool, 512));
        Assert.Equal((Errno.NoEntry, PathOfPool), (refusal.ErrorNumber, refusal.Path));
        Assert.False(File.Exists(PathOfPool));
    }

    private static void AssertEmpty(BlockPool pool)
    {
        byte[] read = new byte[512];
        for (long block = 0; block < pool.BlockCount; block++)
        {
            Array.Fill(read, (byte)0xEE);
            pool.Read(block, read);
            Assert.False(read.AsSpan().ContainsAnyExcept((byte)0), FormattableString.Invariant($"block {block}, seed {Seed}"));
        }
    }

    private static byte[] Filled(string before)
    {
        byte[] bytes = SoundPool.Bytes();
        switch (before)
        {
            case "zeros":
                Array.Clear(bytes);
                break;
            case "garbage":
                new Random(Seed).NextBytes(bytes);
                break;
            case "ones":
                Array.Fill(bytes, (byte)0xFF);
                break;
            default:
                break;
        }

        bytes.AsSpan(0, 4096).Clear();
        return bytes;
    }

    private long AllocatedBytes()
    {
        using SafeFileDescriptor file = SafeFileDescriptor.OpenExisting(PathOfPool, writable: false, out _)!;
        Assert.Equal(0, file.GetStatus(out FileStatus status));
        return status.AllocatedBytes;
    }

    private void ClearFirstPage()
    {
        using FileStream file = File.OpenWrite(PathOfPool);
        file.Write(new byte[4096]);
    }

    private void AssertRefused<TException>(byte[] bytes, int blockSize, params string[] says)
        where TException : Exception
    {
        File.WriteAllBytes(PathOfPool, bytes);
        var refusal = Assert.Throws<TException>(() => BlockPool.CreateInFile(PathOfPool, blockSize));
        Assert.All(says, fragment => Assert.Contains(fragment, refusal.Message, StringComparison.Ordinal));
        Assert.True(File.ReadAllBytes(PathOfPool).AsSpan().SequenceEqual(bytes), "the file was changed");
    }
}
