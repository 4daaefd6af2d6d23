using PmemTyped.Blocks;

namespace PmemTyped.Objects;

/// <summary>Compares the layout that a pool carries with the one that a program uses.</summary>
internal static class TypedPoolLayout
{
    /// <summary>Refuses a pool of another layout, before anything is stored, so that no byte changes.</summary>
    internal static void Require<T>(BlockPoolDescription pool, bool adoptUntyped)
        where T : unmanaged, IBlockRecord<T>
    {
        string path = pool.Path;
        LayoutDescription? stored = LayoutDescription.Read(pool.ApplicationArea.Span, path);
        LayoutDescription current = LayoutDescription.Of<T>();
        if (stored is null && !adoptUntyped)
        {
            throw new LayoutMismatchException(
                path,
                null,
                current.Text,
                [$"layout: the pool has none, the program {current.Text}"],
                "It is an untyped pool, so its blocks may hold anything; open it with adoptUntyped to make it one of this layout.");
        }

        if (stored is not null && stored.LayoutHash != current.LayoutHash)
        {
            throw new LayoutMismatchException(
                path,
                stored.Text,
                current.Text,
                LayoutDifferences.Between(stored.Text, current.Text),
                "It was written with another one; use the program version that wrote it, or copy the records over.");
        }

        if (pool.BlockSize < T.RecordSize)
        {
            throw new PmemFormatException(
                path,
                "block size",
                4096,
                FormattableString.Invariant($"at least {T.RecordSize}, the size of a record"),
                FormattableString.Invariant($"{pool.BlockSize}"),
                "Use a pool with larger blocks.");
        }
    }

    /// <summary>Writes the description into a pool that has none.</summary>
    internal static void Adopt<T>(BlockPool pool, bool adoptUntyped)
        where T : unmanaged, IBlockRecord<T>
    {
        if (!adoptUntyped)
        {
            return;
        }

        byte[] area = new byte[BlockPool.ApplicationAreaBytes];
        pool.ReadApplicationArea(area);
        if (LayoutDescription.Read(area, pool.Path) is null)
        {
            pool.InitializeApplicationArea(LayoutDescription.Of<T>().ToBytes());
        }
    }
}
