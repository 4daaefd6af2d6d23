using PmemTyped.Blocks.Btt;
using PmemTyped.Blocks.Layout;
using PmemTyped.Testing;

namespace PmemTyped.Blocks.Tests;

/// <summary>
/// A pool with an arena that lost its info blocks must not look empty, while the states that a killed process leaves
/// during the first write must still open.
/// </summary>
public sealed class DamagedArenaTests : IDisposable
{
    private const string TwoArenas = "ma2-b65536-513g.pool";
    private readonly TempDirectory _directory = TempDirectory.CreateInMemory();

    public static TheoryData<string> Interrupted =>
        [.. GoldenPool.All.Select(p => p.Name).Where(n => n.StartsWith("crash-layout", StringComparison.Ordinal))];

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData(0, true, true)]
    [InlineData(0, true, false)]
    [InlineData(1, true, true)]
    [InlineData(1, true, false)]
    public void An_arena_without_info_block_beside_another_in_use_is_refused(int arena, bool first, bool copy)
    {
        GoldenPool golden = GoldenPool.Named(TwoArenas);
        string path = golden.Extract(_directory);
        ArenaGeometry geometry = BttGeometry.Plan(golden.FileSize, golden.BlockSize)![arena];
        Zero(path, geometry.Start, first);
        Zero(path, geometry.InfoCopy, copy);
        byte[] before = FirstPages(path);

        var refusal = Assert.Throws<PmemCorruptionException>(() => BlockPool.Open(path));

        Assert.Equal(
            (FormattableString.Invariant($"arena {arena} info block"), geometry.Start), (refusal.Structure, refusal.Offset));
        Assert.Contains(path, refusal.Message, StringComparison.Ordinal);
        Assert.Contains("all zero", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(before, FirstPages(path));
    }

    [Fact]
    public void A_used_arena_without_any_info_block_is_refused_although_it_is_the_only_one()
    {
        byte[] pool = SoundPool.Bytes();
        pool.AsSpan((int)SoundPool.Arena.Start, BttInfoLayout.SizeBytes).Clear();
        pool.AsSpan((int)SoundPool.Arena.InfoCopy, BttInfoLayout.SizeBytes).Clear();
        string path = _directory.File("without-info");
        File.WriteAllBytes(path, pool);

        var refusal = Assert.Throws<PmemCorruptionException>(() => BlockPool.Open(path));

        Assert.Contains("blocks were written already", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(pool, File.ReadAllBytes(path));
        Assert.False(BlockPool.Check(path).IsConsistent);
    }

    [Fact]
    public void A_lost_copy_is_a_finding_but_no_reason_to_refuse()
    {
        GoldenPool golden = GoldenPool.Named(TwoArenas);
        string path = golden.Extract(_directory);
        Zero(path, BttGeometry.Plan(golden.FileSize, golden.BlockSize)![1].InfoCopy, true);
        using BlockPool pool = BlockPool.Open(path);
        Assert.Equal(golden.BlockCount, pool.BlockCount);
        Assert.Equal("arena 1 info block copy", Assert.Single(pool.Check().Findings).Structure);
    }

    [Theory]
    [MemberData(nameof(Interrupted))]
    public void A_first_write_that_the_real_library_did_not_finish_can_be_done_again(string name)
    {
        GoldenPool golden = GoldenPool.Named(name);
        string path = golden.Extract(_directory);
        byte[] written = new byte[golden.BlockSize];
        Array.Fill(written, (byte)0x5A);
        using (BlockPool pool = BlockPool.Open(path))
        {
            Assert.Equal(golden.IsLaidOut, pool.IsLaidOut);
            pool.Write(7, written);
        }

        using BlockPool again = BlockPool.Open(path);
        byte[] read = new byte[golden.BlockSize];
        again.Read(7, read);
        Assert.Equal(written, read);
        Assert.Equal(BlockState.Initial, again.TryRead(8, read));
        Assert.DoesNotContain(again.Check().Findings, f => !f.Structure.EndsWith("copy", StringComparison.Ordinal));
    }

    private static void Zero(string path, long offset, bool isWanted)
    {
        if (isWanted)
        {
            using FileStream file = File.OpenWrite(path);
            file.Position = offset;
            file.Write(new byte[BttInfoLayout.SizeBytes]);
        }
    }

    private static byte[] FirstPages(string path)
    {
        byte[] pages = new byte[16384];
        using FileStream file = File.OpenRead(path);
        file.ReadExactly(pages);
        return pages;
    }
}
