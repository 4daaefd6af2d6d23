using PmemTyped.Blocks.Layout;
using PmemTyped.Native.Linux;
using PmemTyped.Testing;

namespace PmemTyped.Blocks.Tests;

/// <summary>
/// Every bad file is refused with one exception that names the file, what was found and what to do next; not a byte of
/// it changes, and it is not left locked.
/// </summary>
public sealed class BadInputTests : IDisposable
{
    private const int FirstFields = 128;
    private readonly TempDirectory _directory = TempDirectory.CreateInMemory();

    public static TheoryData<string> Cases => [.. BadInput.Cases.Keys];

    private string PathOfPool => _directory.File("bad");

    public void Dispose() => _directory.Dispose();

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_bad_file_is_refused_and_unchanged(string name)
    {
        BadInput bad = BadInput.Cases[name];
        byte[] bytes = bad.Damage(SoundPool.Bytes());
        File.WriteAllBytes(PathOfPool, bytes);

        Exception refusal = Assert.Throws(bad.Refusal, () => BlockPool.Open(PathOfPool, bad.BlockSize));
        Assert.Contains(PathOfPool, refusal.Message, StringComparison.Ordinal);
        Assert.All(bad.Says, fragment => Assert.Contains(fragment, refusal.Message, StringComparison.Ordinal));
        Assert.True(File.ReadAllBytes(PathOfPool).AsSpan().SequenceEqual(bytes), "the file was changed");
        Assert.Throws(bad.Refusal, () => BlockPool.Open(PathOfPool, bad.BlockSize));
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_check_of_a_bad_file_reports_it_and_changes_nothing(string name)
    {
        BadInput bad = BadInput.Cases[name];
        byte[] bytes = bad.Damage(SoundPool.Bytes());
        File.WriteAllBytes(PathOfPool, bytes);

        BlockPoolReport report = BlockPool.Check(PathOfPool);

        Assert.Equal(bad.BlockSize != 0, report.IsConsistent);
        Assert.True(File.ReadAllBytes(PathOfPool).AsSpan().SequenceEqual(bytes), "the file was changed");
    }

    // Byte 8192 is the first of the info block: with its copy intact, no flipped byte may make the pool look empty.
    [Theory]
    [InlineData(0, typeof(PmemFormatException), typeof(PmemCorruptionException))]
    [InlineData(SoundPool.InfoOffset, typeof(PmemCorruptionException), typeof(PmemCorruptionException))]
    public void A_flipped_byte_in_any_field_of_a_checked_page_is_refused(int page, Type inSignature, Type elsewhere)
    {
        byte[] bytes = SoundPool.Bytes();
        File.WriteAllBytes(PathOfPool, bytes);
        int[] offsets = [.. Enumerable.Range(0, FirstFields), .. Enumerable.Range(BttInfoLayout.ChecksumOffset, 8)];
        foreach (int offset in offsets)
        {
            bytes[page + offset] ^= 0x01;
            Patch(page + offset, bytes[page + offset]);
            Exception refusal = Assert.Throws(offset < 8 ? inSignature : elsewhere, () => BlockPool.Open(PathOfPool));
            Assert.Contains(PathOfPool, refusal.Message, StringComparison.Ordinal);
            Assert.True(FileStartsWith(bytes.AsSpan(0, 16384)), FormattableString.Invariant($"byte {page + offset}"));
            bytes[page + offset] ^= 0x01;
            Patch(page + offset, bytes[page + offset]);
        }

        Assert.True(File.ReadAllBytes(PathOfPool).AsSpan().SequenceEqual(bytes), "the file was changed");
        BlockPool.Open(PathOfPool).Dispose();
    }

    [Fact]
    public void A_missing_file_is_reported() =>
        AssertRefused(PathOfPool, Errno.NoEntry, "it does not exist (ENOENT). Check the path.");

    [Fact]
    public void A_directory_is_reported() =>
        AssertRefused(_directory.Path, Errno.IsADirectory, "it is a directory (EISDIR)", "Give the path of a regular file.");

    [Fact]
    public void A_file_without_permission_is_reported_and_unchanged()
    {
        byte[] bytes = SoundPool.Bytes();
        File.WriteAllBytes(PathOfPool, bytes);
        File.SetUnixFileMode(PathOfPool, UnixFileMode.UserRead);
        Unprivileged.Run(() => AssertRefused(
            PathOfPool, Errno.Access, "permission denied (EACCES)", "Read and write permission on the file"));
        Assert.True(File.ReadAllBytes(PathOfPool).AsSpan().SequenceEqual(bytes));
    }

    [Fact]
    public void A_pool_that_the_real_tool_began_to_repair_is_refused()
    {
        File.WriteAllBytes(PathOfPool, SoundPool.Bytes());
        string pending = PathOfPool + "_r0_p0_badblocks.txt";
        File.WriteAllText(pending, string.Empty);
        var refusal = Assert.Throws<PmemFormatException>(() => BlockPool.Open(PathOfPool));
        Assert.Contains(pending, refusal.Message, StringComparison.Ordinal);
        File.Delete(pending);
        BlockPool.Open(PathOfPool).Dispose();
    }

    [Fact]
    public void A_negative_block_size_is_refused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => BlockPool.Open(PathOfPool, -1));

    [Fact]
    public void The_undamaged_file_opens()
    {
        File.WriteAllBytes(PathOfPool, SoundPool.Bytes());
        using BlockPool pool = BlockPool.Open(PathOfPool, SoundPool.BlockBytes);
        byte[] content = new byte[SoundPool.BlockBytes];
        pool.Read(9, content);
        Assert.Equal(SoundPool.Content(9), content);
        Assert.Equal((BlockState.Error, BlockState.Zero), (pool.GetState(3), pool.GetState(4)));
        Assert.Empty(pool.Check().Findings);
    }

    private static void AssertRefused(string path, int error, params string[] says)
    {
        var refusal = Assert.Throws<PmemIOException>(() => BlockPool.Open(path));
        Assert.Equal(error, refusal.ErrorNumber);
        Assert.All([path, .. says], fragment => Assert.Contains(fragment, refusal.Message, StringComparison.Ordinal));
    }

    private void Patch(long offset, byte value)
    {
        using FileStream file = File.OpenWrite(PathOfPool);
        file.Position = offset;
        file.WriteByte(value);
    }

    private bool FileStartsWith(ReadOnlySpan<byte> expected)
    {
        byte[] start = new byte[expected.Length];
        using FileStream file = File.OpenRead(PathOfPool);
        file.ReadExactly(start);
        return expected.SequenceEqual(start);
    }
}
