using System.Runtime.ExceptionServices;
using PmemTyped.Mapping;

namespace PmemTyped.Blocks.Btt;

/// <summary>Writes any number of blocks of one caller, a group at a time.</summary>
internal sealed class GroupWrites<TMedium>(
    BttArenas<TMedium> arenas, LanePool lanes, WriteGroupPool groups, GroupWriter<TMedium> writer)
    where TMedium : struct, IPmemMedium
{
    /// <summary>Writes blocks in the order given. Persisted on return. The blocks exist.</summary>
    internal void Write<TContents>(ReadOnlySpan<long> blocks, TContents contents)
        where TContents : IBlockContents, allows ref struct
    {
        WriteGroup group = groups.Take();
        try
        {
            int lane = lanes.Enter();
            try
            {
                BttArena[] loaded = arenas.EnsureLayout();
                ThrowIfErrored(loaded, blocks);

                for (int done = 0; done < blocks.Length; done += group.Capacity)
                {
                    WriteGroup(group, loaded, blocks, done, contents);
                }
            }
            finally
            {
                lanes.Exit(lane);
            }
        }
        finally
        {
            groups.Return(group);
        }
    }

    private void ThrowIfErrored(BttArena[] loaded, ReadOnlySpan<long> blocks)
    {
        if (arenas.HasErrored)
        {
            foreach (long block in blocks)
            {
                loaded[arenas.Find(block, out _)].ThrowIfErrored();
            }
        }
    }

    private void WriteGroup<TContents>(
        WriteGroup group, BttArena[] loaded, ReadOnlySpan<long> blocks, int done, TContents contents)
        where TContents : IBlockContents, allows ref struct
    {
        group.Clear();
        for (int number = done; number < blocks.Length && group.TryAdd(out int entry); number++)
        {
            BttArena arena = loaded[arenas.Find(blocks[number], out uint index)];
            writer.StoreContent(group, entry, arena, index, contents[number]);
        }

        writer.Publish(group);
        for (int entry = 0; entry < group.Count; entry++)
        {
            if (group.Entry(entry).Failure is { } failure)
            {
                ExceptionDispatchInfo.Throw(failure);
            }
        }
    }
}
