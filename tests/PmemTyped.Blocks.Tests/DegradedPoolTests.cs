using PmemTyped.Blocks.Layout;
using PmemTyped.Testing;

namespace PmemTyped.Blocks.Tests;

/// <summary>Pools that may be read but not written: an unknown feature, or an arena that cannot be trusted with writes.</summary>
public sealed class DegradedPoolTests : IDisposable
{
    private readonly TempDirectory _directory = TempDirectory.CreateInMemory();

    private string PathOfPool => _directory.File("degraded");

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void An_unknown_read_only_compat_feature_forbids_every_write()
    {
        byte[] bytes = SoundPool.WithHeader(SoundPool.Bytes(), h => h with { ReadOnlyCompat = 0x10 });
        File.WriteAllBytes(PathOfPool, bytes);
        using (BlockPool pool = BlockPool.Open(PathOfPool))
        {
            Assert.True(pool.IsReadOnly);
            AssertReadable(pool);
            Action[] writes = [.. Writes(pool), () => pool.InitializeApplicationArea(new byte[] { 1, 2, 3, 4, 5, 6, 7, 8 })];
            foreach (Action write in writes)
            {
                var refusal = Assert.Throws<NotSupportedException>(write);
                Assert.Contains(PathOfPool, refusal.Message, StringComparison.Ordinal);
                Assert.Contains("Use a version that knows it.", refusal.Message, StringComparison.Ordinal);
            }
        }

        Assert.True(File.ReadAllBytes(PathOfPool).AsSpan().SequenceEqual(bytes), "the file was changed");
    }

    [Fact]
    public void The_error_flag_of_an_arena_forbids_writes_to_it() =>
        AssertWritesRefused(
            SoundPool.WithInfo(SoundPool.Bytes(), i => i with { Flags = BttInfoLayout.ErrorFlag }),
            "arena 0 info block",
            "flagged by an earlier failure");

    [Fact]
    public void Unknown_flags_of_an_arena_mean_nothing()
    {
        File.WriteAllBytes(PathOfPool, SoundPool.WithInfo(SoundPool.Bytes(), i => i with { Flags = 0xFFFF_FFFE }));
        using BlockPool pool = BlockPool.Open(PathOfPool);
        pool.Write(0, SoundPool.Content(1));
        Assert.Equal(BlockState.Normal, pool.GetState(0));
    }

    [Theory]
    [InlineData(0u)]
    [InlineData(2u)]
    public void A_flog_slot_without_current_entry_forbids_writes_to_its_arena(uint sequence)
    {
        byte[] bytes = SoundPool.With(SoundPool.Bytes(), SoundPool.Arena.FlogEntryOffset(77, 0) + 12, sequence);
        SoundPool.With(bytes, SoundPool.Arena.FlogEntryOffset(77, 1) + 12, sequence);
        AssertWritesRefused(
            bytes, "arena 0 flog slot 77", FormattableString.Invariant($"two with sequence {sequence}"));
    }

    [Fact]
    public void A_free_block_that_two_flog_slots_have_forbids_writes_to_their_arena()
    {
        byte[] bytes = SoundPool.Bytes();
        bytes.AsSpan((int)SoundPool.Arena.FlogEntryOffset(76, 0) + 4, 8)
            .CopyTo(bytes.AsSpan((int)SoundPool.Arena.FlogEntryOffset(77, 0) + 4));
        AssertWritesRefused(bytes, "arena 0 flog slot 77", "which another slot has too");
    }

    [Fact]
    public void A_map_entry_beyond_the_arena_spoils_only_its_block()
    {
        uint beyond = 0xC000_0000 | SoundPool.Arena.InternalBlocks;
        byte[] bytes = SoundPool.With(SoundPool.Bytes(), SoundPool.Arena.MapEntryOffset(6), beyond);
        File.WriteAllBytes(PathOfPool, bytes);
        using BlockPool pool = BlockPool.Open(PathOfPool);
        Action[] uses =
        [
            () => pool.Read(6, new byte[1]),
            () => pool.Write(6, SoundPool.Content(6)),
            () => pool.SetZero(6),
            () => pool.SetError(6),
        ];
        foreach (Action use in uses)
        {
            var refusal = Assert.Throws<PmemCorruptionException>(use);
            Assert.Equal("arena 0 map entry 6", refusal.Structure);
        }

        pool.Write(7, SoundPool.Content(70));
        AssertReadable(pool);
    }

    private static Action[] Writes(BlockPool pool) =>
    [
        () => pool.Write(0, SoundPool.Content(0)),
        () => pool.SetZero(0),
        () => pool.SetError(0),
    ];

    private static void AssertReadable(BlockPool pool)
    {
        byte[] content = new byte[SoundPool.BlockBytes];
        pool.Read(9, content);
        Assert.Equal(SoundPool.Content(9), content);
        var bad = Assert.Throws<BadBlockException>(() => pool.Read(3, content));
        Assert.Equal((pool.Path, 3L), (bad.Path, bad.Block));
        Assert.Equal(BlockState.Zero, pool.TryRead(4, content));
        Assert.Equal(BlockState.Initial, pool.GetState(pool.BlockCount - 1));
    }

    private void AssertWritesRefused(byte[] bytes, string structure, string found)
    {
        File.WriteAllBytes(PathOfPool, bytes);
        using (BlockPool pool = BlockPool.Open(PathOfPool))
        {
            AssertReadable(pool);
            foreach (Action write in Writes(pool))
            {
                var refusal = Assert.Throws<PmemCorruptionException>(write);
                Assert.Equal(structure, refusal.Structure);
                Assert.Contains(found, refusal.Message, StringComparison.Ordinal);
                Assert.Contains(PathOfPool, refusal.Message, StringComparison.Ordinal);
            }
        }

        Assert.True(File.ReadAllBytes(PathOfPool).AsSpan().SequenceEqual(bytes), "the file was changed");
    }
}
