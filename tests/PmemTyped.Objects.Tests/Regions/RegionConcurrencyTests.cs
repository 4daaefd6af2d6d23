namespace PmemTyped.Objects.Tests.Regions;

/// <summary>Several threads, a lane each; allocation is shared, objects are the caller's locks.</summary>
public sealed class RegionConcurrencyTests : IDisposable
{
    private const int Threads = 4;
    private const int Rounds = 3000;

    private readonly RegionFile _file = new();

    public void Dispose() => _file.Dispose();

    [Theory]
    [InlineData(32)]
    [InlineData(2)]
    public void Threads_make_and_free_objects_without_sharing_one(int lanes)
    {
        using PersistentRegion region = _file.Create(new PersistentRegionOptions { Lanes = lanes });
        PersistentArray<Entry> heads = region.Array<Entry>(Threads);
        long free = region.FreeBytes;
        Parallel(thread =>
        {
            for (int i = 0; i < Rounds; i++)
            {
                using scoped PersistentTransaction tx = region.BeginTransaction();
                Persistent<Entry> head = tx.Update(heads[thread]);
                PPtr<Entry> old = head.Next;
                PPtr<Entry> made = tx.New(new Entry { Number = ((long)thread << 32) + i });
                head.Next = made;
                head.Number = i;
                if (!old.IsNull)
                {
                    Assert.Equal(((long)thread << 32) + head.Value.Number - 1, tx.Read(old).Value.Number);
                    tx.Free(old);
                }

                if (i % 7 != 3)
                {
                    tx.Commit();
                }
                else
                {
                    tx.Dispose();
                    i--;
                    using scoped PersistentTransaction again = region.BeginTransaction();
                    Assert.Equal(i, again.Read(heads[thread]).Value.Number);
                    again.Store(heads[thread], again.Read(heads[thread]).Value);
                    again.Commit();
                    i += CommitOne(region, heads[thread], thread, i + 1);
                }
            }
        });

        Assert.True(free - region.FreeBytes <= 65536, "objects leaked");
        for (int thread = 0; thread < Threads; thread++)
        {
            Entry head = region.Read(heads[thread]);
            Assert.Equal(((long)thread << 32) + Rounds - 1, region.Read(head.Next.To<Entry>()).Number);
        }
    }

    [Fact]
    public void Transfers_between_locked_counters_keep_their_sum()
    {
        using PersistentRegion region = _file.Create();
        PersistentArray<Counter> counters = region.Array<Counter>(4);
        var locks = new Lock[] { new(), new(), new(), new() };
        Parallel(thread =>
        {
            var random = new Random(thread);
            for (int i = 0; i < Rounds; i++)
            {
                int first = random.Next(3);
                int second = random.Next(first + 1, 4);
                lock (locks[first])
                {
                    lock (locks[second])
                    {
                        using scoped PersistentTransaction tx = region.BeginTransaction();
                        tx.Update(counters[first], counters[second], out Persistent<Counter> from, out Persistent<Counter> to);
                        from.Number -= i;
                        to.Number += i;
                        if (i % 5 != 0)
                        {
                            tx.Commit();
                        }
                    }
                }
            }
        });

        Assert.Equal(0, Enumerable.Range(0, 4).Sum(i => region.Read(counters[i]).Number));
    }

    [Fact]
    public void Types_and_arrays_that_threads_ask_for_at_once_are_made_once()
    {
        using PersistentRegion region = _file.Create();
        var arrays = new PersistentArray<Line>[Threads];
        Parallel(thread => arrays[thread] = region.Array<Line>(100));
        Assert.All(arrays, array => Assert.Equal(arrays[0], array));
    }

    [Fact]
    public void A_region_that_is_disposed_under_way_keeps_its_memory_until_the_transaction_ends()
    {
        PersistentRegion region = _file.Create();
        using (scoped PersistentTransaction tx = region.BeginTransaction())
        {
            Persistent<Book> book = tx.Update(region.Root<Book>());
            region.Dispose();
            book.Count = 12;
            tx.Commit();
        }

        using PersistentRegion again = _file.Open();
        Assert.Equal(12, again.Read(again.Root<Book>()).Count);
    }

    // After a round that was undone: the same once more, committed.
    private static int CommitOne(PersistentRegion region, PPtr<Entry> place, int thread, int number)
    {
        using scoped PersistentTransaction tx = region.BeginTransaction();
        Persistent<Entry> head = tx.Update(place);
        PPtr<Entry> old = head.Next;
        head.Next = tx.New(new Entry { Number = ((long)thread << 32) + number });
        head.Number = number;
        tx.Free(old);
        tx.Commit();
        return 1;
    }

    private static void Parallel(Action<int> work)
    {
        Exception? failure = null;
        Thread[] threads =
        [
            .. Enumerable.Range(0, Threads).Select(number => new Thread(() =>
            {
                try
                {
                    work(number);
                }
                catch (Exception exception)
                {
                    failure = exception;
                }
            })),
        ];
        Array.ForEach(threads, t => t.Start());
        Array.ForEach(threads, t => t.Join());
        Assert.Null(failure);
    }
}
