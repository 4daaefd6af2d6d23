using PmemTyped.Testing;

namespace PmemTyped.Objects.Tests.Regions;

/// <summary>A region file of one test, with a list whose head is the root.</summary>
internal sealed class RegionFile : IDisposable
{
    internal const long Bytes = 4 << 20;

    private readonly TempDirectory _directory = TempDirectory.CreateInMemory();

    internal string Path => _directory.File("region");

    public void Dispose() => _directory.Dispose();

    internal static PPtr<Entry> Push(PersistentRegion region, long value)
    {
        using scoped PersistentTransaction tx = region.BeginTransaction();
        PPtr<Entry> made = Push(tx, region, value);
        tx.Commit();
        return made;
    }

    internal static PPtr<Entry> Push(scoped in PersistentTransaction tx, PersistentRegion region, long value)
    {
        Persistent<Book> book = tx.Update(region.Root<Book>());
        PPtr<Entry> made = tx.New(new Entry { Number = value, Next = book.Head });
        book.Head = made;
        book.Count++;
        return made;
    }

    internal static long Pop(PersistentRegion region)
    {
        using scoped PersistentTransaction tx = region.BeginTransaction();
        Persistent<Book> book = tx.Update(region.Root<Book>());
        PPtr<Entry> head = book.Head;
        Entry entry = tx.Read(head).Value;
        book.Head = entry.Next.To<Entry>();
        book.Count--;
        tx.Free(head);
        tx.Commit();
        return entry.Number;
    }

    internal static string List(PersistentRegion region)
    {
        var values = new List<long>();
        using scoped RegionLease lease = region.Lease();
        for (PPtr<Entry> at = lease.Read(region.Root<Book>()).Head; !at.IsNull; at = lease.Read(at).Next)
        {
            values.Add(lease.Read(at).Value.Number);
        }

        return string.Join(' ', values);
    }

    internal PersistentRegion Create(PersistentRegionOptions? options = null) =>
        PersistentRegion.Create<Book>(Path, Bytes, options);

    internal PersistentRegion Open() => PersistentRegion.Open<Book>(Path);
}
