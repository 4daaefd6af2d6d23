using PmemTyped.Blocks;

namespace PmemTyped.Objects.Records;

/// <summary>Compares the layout that a pool carries with the one that a program uses, before anything is stored.</summary>
internal static class PoolLayout
{
    private const long BlockSizeOffset = 4096;

    /// <summary>The description of a pool with records of one layout.</summary>
    internal static LayoutDescription Of<T>()
        where T : unmanaged, IBlockRecord<T> =>
        LayoutDescription.Of<T>() with { SlotBytes = T.IsPacked ? SlotBytesOf<T>() : 0 };

    /// <summary>Refuses a pool whose records cannot be read as asked.</summary>
    /// <returns>The older layouts that the pool may have records of, or null.</returns>
    /// <exception cref="LayoutMismatchException">They have, or may have, another layout.</exception>
    /// <exception cref="PmemFormatException">Its blocks are too small.</exception>
    internal static LayoutHistory? Judge<T>(
        string path, LayoutDescription? stored, int blockBytes, bool adoptUntyped, LayoutUpgrade upgrade)
        where T : unmanaged, IBlockRecord<T>
    {
        LayoutDescription current = Of<T>();
        if (stored is null && !adoptUntyped)
        {
            throw new LayoutMismatchException(
                path,
                null,
                current.Text,
                [$"layout: the pool has none, the program {current.Text}"],
                "It is an untyped pool, so its blocks may hold anything; open it with adoptUntyped to make it one of this layout.");
        }

        LayoutHistory? history = stored is null ? null : Compare<T>(path, stored, current, upgrade);
        CheckPlacing<T>(path, stored ?? current, current, blockBytes);
        return history;
    }

    /// <summary>Refuses a pool that cannot say that it is upgraded.</summary>
    /// <param name="path">The pool, for messages.</param>
    /// <param name="stored">What it says.</param>
    /// <param name="history">The older layouts that it may have records of.</param>
    /// <exception cref="NotSupportedException">The descriptions of all layouts have no room.</exception>
    internal static void CheckRoom<T>(string path, LayoutDescription? stored, LayoutHistory? history)
        where T : unmanaged, IBlockRecord<T>
    {
        _ = history?.Describe(path, LayoutDescription.Of<T>().Text);
        if (history is not null && stored is { FillsArea: true })
        {
            throw new NotSupportedException(
                $"Cannot upgrade '{path}': its layout description fills the area that a second one would need. "
                + "Copy the records into a new pool.");
        }
    }

    private static int SlotBytesOf<T>()
        where T : unmanaged, IBlockRecord<T> => (T.RecordSize + sizeof(ulong) - 1) & -sizeof(ulong);

    private static LayoutHistory? Compare<T>(
        string path, LayoutDescription stored, LayoutDescription current, LayoutUpgrade upgrade)
        where T : unmanaged, IBlockRecord<T>
    {
        if (stored.LayoutHash == current.LayoutHash && stored.Older.Count == 0)
        {
            return null;
        }

        IReadOnlyList<LayoutFacts> known = LayoutFacts.WithAncestors<T>();
        string[] others = [.. stored.LayoutHash == current.LayoutHash ? stored.Older : stored.Older.Prepend(stored.Text)];
        var history = new LayoutHistory();
        foreach (string text in others)
        {
            if (history.Add(text, known) is { } objection)
            {
                throw Mismatch(path, text, current.Text, Explain(text, current.Text, objection));
            }
        }

        return upgrade == LayoutUpgrade.OnRead
            ? history
            : throw Mismatch(
                path,
                others[0],
                current.Text,
                stored.LayoutHash == current.LayoutHash
                    ? "Its migration is not complete; open it with LayoutUpgrade.OnRead, and call MigrateAllAsync to complete it."
                    : "It has an older version, which this program can read; open it with LayoutUpgrade.OnRead to upgrade records "
                        + "as they are read. Programs that know the older version alone cannot open it then.");
    }

    private static string Explain(string stored, string current, string objection)
    {
        int inPool = LayoutField.VersionOf(stored);
        int inProgram = LayoutField.VersionOf(current);
        return LayoutField.NameOf(stored) != LayoutField.NameOf(current)
            ? "It has records of another kind; open it with the program that they belong to."
            : inPool > inProgram
            ? "A newer version of the program wrote it; use that version, or one that is newer still."
            : inPool == inProgram
            ? "Both are of one version, so the layout was changed without a new one; give it a new version and a step marked "
                + "[MigratesFrom] from the old layout, or use the program that wrote the pool."
            : $"It has an older version that cannot be read as this one: {objection}. Keep the old struct and write a step marked "
                + "[MigratesFrom], or use the program version that wrote it.";
    }

    private static LayoutMismatchException Mismatch(string path, string stored, string current, string nextStep) =>
        new(path, stored, current, LayoutDifferences.Between(stored, current), nextStep);

    private static void CheckPlacing<T>(
        string path, LayoutDescription stored, LayoutDescription current, int blockBytes)
        where T : unmanaged, IBlockRecord<T>
    {
        if ((stored.SlotBytes == 0) != (current.SlotBytes == 0))
        {
            throw new PmemFormatException(
                path,
                "records of a block",
                LayoutDescription.FileOffset,
                T.IsPacked ? "as many as fit" : "one",
                T.IsPacked ? "one" : "as many as fit",
                "Pack of [BlockRecord] must be what it was when the pool was made.");
        }

        if (stored.SlotBytes > blockBytes)
        {
            throw new PmemCorruptionException(
                path,
                "layout description",
                LayoutDescription.FileOffset,
                FormattableString.Invariant($"records at most as large as a block of {blockBytes}"),
                FormattableString.Invariant($"{stored.SlotBytes}"),
                "Restore the file from a copy.");
        }

        int room = stored.SlotBytes == 0 ? blockBytes : stored.SlotBytes;
        if (room < T.RecordSize)
        {
            throw new PmemFormatException(
                path,
                stored.SlotBytes == 0 ? "block size" : "room of a record in its block",
                BlockSizeOffset,
                FormattableString.Invariant($"at least {T.RecordSize}, the size of a record"),
                FormattableString.Invariant($"{room}"),
                stored.SlotBytes == 0 ? "Use a pool with larger blocks." : "Copy the records into a new pool.");
        }
    }
}
