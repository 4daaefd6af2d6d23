using System.Security.Cryptography;
using PmemTyped.Testing;

namespace PmemTyped.Blocks.Tests;

/// <summary>A pool opened for reading: no byte of the file changes, and permission to write is not needed.</summary>
public sealed class ReadOnlyTests : IDisposable
{
    private readonly TempDirectory _directory = TempDirectory.CreateInMemory();

    private string PathOfPool => _directory.File("pool");

    public static TheoryData<string> Names =>
        [.. GoldenPool.All.Where(p => !p.IsMultiArena).Select(p => p.Name)];

    public void Dispose() => _directory.Dispose();

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_block_reads_as_after_a_writable_open_and_the_file_keeps_every_byte(string name)
    {
        GoldenPool golden = GoldenPool.Named(name);
        string path = golden.Extract(_directory);
        string other = _directory.File("writable");
        File.Copy(path, other);

        using (BlockPool pool = BlockPool.OpenReadOnly(path))
        using (BlockPool writable = BlockPool.Open(other))
        {
            byte[] seen = new byte[pool.BlockSize];
            byte[] expected = new byte[pool.BlockSize];
            for (long block = 0; block < pool.BlockCount; block++)
            {
                Assert.Equal(writable.TryRead(block, expected), pool.TryRead(block, seen));
                Assert.True(seen.AsSpan().SequenceEqual(expected), FormattableString.Invariant($"block {block}"));
            }
        }

        Assert.Equal(golden.ImageHash, Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(path))));
    }

    [Fact]
    public void Permission_to_read_is_enough()
    {
        File.WriteAllBytes(PathOfPool, SoundPool.Bytes());
        File.SetUnixFileMode(PathOfPool, UnixFileMode.UserRead | UnixFileMode.GroupRead | UnixFileMode.OtherRead);
        File.SetUnixFileMode(
            _directory.Path,
            UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute);
        try
        {
            Unprivileged.Run(() =>
            {
                Assert.Throws<PmemIOException>(() => BlockPool.Open(PathOfPool));
                using BlockPool pool = BlockPool.OpenReadOnly(PathOfPool);
                byte[] content = new byte[SoundPool.BlockBytes];
                pool.Read(9, content);
                Assert.Equal(SoundPool.Content(9), content);
            });
        }
        finally
        {
            File.SetUnixFileMode(
                _directory.Path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    [Fact]
    public void Every_write_is_refused_and_says_why()
    {
        File.WriteAllBytes(PathOfPool, SoundPool.Bytes());
        using BlockPool pool = BlockPool.OpenReadOnly(PathOfPool, SoundPool.BlockBytes);
        Assert.True(pool.IsReadOnly);
        Action[] writes =
        [
            () => pool.Write(0, SoundPool.Content(0)),
            () => pool.SetZero(0),
            () => pool.SetError(0),
            () => pool.InitializeApplicationArea(new byte[] { 1, 2, 3, 4, 5, 6, 7, 8 }),
        ];
        Assert.All(writes, write =>
        {
            var refusal = Assert.Throws<NotSupportedException>(write);
            Assert.Contains(PathOfPool, refusal.Message, StringComparison.Ordinal);
            Assert.Contains("opened read-only. Open it for writing.", refusal.Message, StringComparison.Ordinal);
        });
        Assert.True(pool.Check().IsConsistent);
    }

    [Fact]
    public void Readers_share_a_pool_and_a_writer_has_it_alone()
    {
        File.WriteAllBytes(PathOfPool, SoundPool.Bytes());
        using (BlockPool first = BlockPool.OpenReadOnly(PathOfPool))
        using (BlockPool second = BlockPool.OpenReadOnly(PathOfPool))
        {
            Assert.Equal(first.BlockCount, second.BlockCount);
            Assert.Throws<PmemInUseException>(() => BlockPool.Open(PathOfPool));
            Assert.Throws<PmemInUseException>(() => BlockPool.Check(PathOfPool));
        }

        using BlockPool writer = BlockPool.Open(PathOfPool);
        Assert.Throws<PmemInUseException>(() => BlockPool.OpenReadOnly(PathOfPool));
    }

    [Fact]
    public void A_damaged_pool_is_refused_as_by_a_writable_open()
    {
        File.WriteAllBytes(PathOfPool, SoundPool.With(SoundPool.Bytes(), SoundPool.InfoOffset + 60, 7));
        var refusal = Assert.Throws<PmemCorruptionException>(() => BlockPool.OpenReadOnly(PathOfPool));
        Assert.Equal("arena 0 info block", refusal.Structure);
        Assert.Throws<PmemFormatException>(() => BlockPool.OpenReadOnly(PathOfPool, 4096));
        Assert.Throws<ArgumentOutOfRangeException>(() => BlockPool.OpenReadOnly(PathOfPool, -1));
    }
}
