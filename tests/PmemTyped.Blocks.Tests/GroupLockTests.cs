using PmemTyped.Blocks.Btt;
using PmemTyped.Testing;

namespace PmemTyped.Blocks.Tests;

/// <summary>A group and a single write of the same block meet at one lock, and a group waits for who reads in place.</summary>
public sealed class GroupLockTests
{
    private static readonly TimeSpan s_glance = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    [Theory]
    [InlineData(0)]
    [InlineData(15)]
    [InlineData(16)]
    [InlineData(4097)]
    public void A_single_write_waits_for_the_group_that_holds_its_map_entry(uint index)
    {
        var arena = new BttArena("pool", RecordedPool.Arena, new ArenaFlog([], [], Unusable: null), readOnlyBecause: null);
        var group = new WriteGroup(firstSlot: 0, slots: 2);
        Assert.True(group.TryAdd(out int entry));
        ref WriteGroupEntry added = ref group.Entry(entry);
        added.Arena = arena;
        added.Index = index;
        added.Lock = WriteGroup.LockOf(arena, index);
        added.HasContent = true;
        group.LockMap();

        var single = new Thread(() => arena.MapLocks.Hold(index).Dispose()) { IsBackground = true };
        single.Start();

        Assert.False(single.Join(s_glance), "The single write did not wait.");
        group.UnlockMap();
        Assert.True(single.Join(s_patience), "The single write waits for ever.");
    }

    // The first group frees the block that is read, the second would store into it.
    [Fact]
    public void A_group_does_not_store_into_a_block_that_is_read_in_place()
    {
        using var directory = TempDirectory.CreateInMemory();
        using BlockPool pool = BlockPool.Create(directory.File("pool"), 512, BlockPool.MinPoolBytes);
        pool.WriteMany([7], Filled(1));
        Thread writer;
        using (BlockLease lease = pool.Lease(7))
        {
            writer = new Thread(WriteTwice) { IsBackground = true };
            writer.Start();

            Assert.False(writer.Join(s_glance), "The group did not wait.");
            Assert.Equal(Filled(1), lease.Content.ToArray());
        }

        Assert.True(writer.Join(s_patience), "The group waits for ever.");
        byte[] content = new byte[512];
        pool.Read(8, content);
        Assert.Equal(Filled(3), content);

        void WriteTwice()
        {
            pool.WriteMany([7], Filled(2));
            pool.WriteMany([8], Filled(3));
        }
    }

    private static byte[] Filled(byte value)
    {
        byte[] content = new byte[512];
        content.AsSpan().Fill(value);
        return content;
    }
}
