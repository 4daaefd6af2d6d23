namespace PmemTyped.Objects.Tests.Regions;

/// <summary>Transactions as a user meets them: all or nothing, ended once, not nested, bounded.</summary>
public sealed class TransactionTests : IDisposable
{
    private readonly RegionFile _file = new();
    private readonly PersistentRegion _region;
    private readonly PPtr<Counter> _from;
    private readonly PPtr<Counter> _to;

    public TransactionTests()
    {
        _region = _file.Create(new PersistentRegionOptions { LogBytes = 4000 });
        using scoped PersistentTransaction tx = _region.BeginTransaction();
        _from = tx.New(new Counter { Number = 100 });
        _to = tx.New(new Counter { Number = 0 });
        Persistent<Book> book = tx.Update(_region.Root<Book>());
        book.From = _from;
        book.To = _to;
        tx.Commit();
    }

    private (long From, long To) Balances => (_region.Read(_from).Number, _region.Read(_to).Number);

    public void Dispose()
    {
        _region.Dispose();
        _file.Dispose();
    }

    [Fact]
    public void A_committed_transfer_is_there_after_reopening()
    {
        using (scoped PersistentTransaction tx = _region.BeginTransaction())
        {
            tx.Update(_from, _to, out Persistent<Counter> from, out Persistent<Counter> to);
            from.Number -= 30;
            to.Number += 30;
            tx.Commit();
        }

        _region.Dispose();
        using PersistentRegion again = _file.Open();
        Assert.Equal((70, 30), (again.Read(_from).Number, again.Read(_to).Number));
    }

    [Fact]
    public void An_exception_undoes_everything()
    {
        Assert.Throws<InvalidDataException>(void () =>
        {
            using scoped PersistentTransaction tx = _region.BeginTransaction();
            Persistent<Counter> from = tx.Update(_from);
            from.Number -= 30;
            _ = RegionFile.Push(tx, _region, 1);
            throw new InvalidDataException();
        });

        Assert.Equal((100, 0), Balances);
        Assert.Equal("", RegionFile.List(_region));
        _ = RegionFile.Push(_region, 2);
        Assert.Equal("2", RegionFile.List(_region));
    }

    [Fact]
    public void Without_a_commit_freed_objects_and_arrays_stay()
    {
        PPtr<Entry> entry = RegionFile.Push(_region, 1);
        long free = _region.FreeBytes;
        using (scoped PersistentTransaction tx = _region.BeginTransaction())
        {
            tx.Free(entry);
            Persistent<Book> book = tx.Update(_region.Root<Book>());
            book.Head = default;
            _ = tx.NewArray<Entry>(5000);
        }

        Assert.Equal("1", RegionFile.List(_region));
        Assert.Equal(free, _region.FreeBytes);
    }

    [Fact]
    public void An_object_is_logged_once_however_often_it_is_updated()
    {
        using scoped PersistentTransaction tx = _region.BeginTransaction();
        for (int i = 0; i < 10_000; i++)
        {
            Persistent<Counter> from = tx.Update(_from);
            from.Number++;
        }

        tx.Commit();
        Assert.Equal(10_100, Balances.From);
    }

    [Fact]
    public void A_full_log_says_so_and_everything_can_be_undone()
    {
        PersistentArray<Counter> counters = _region.Array<Counter>(1000);
        PmemCapacityException? full = null;
        using (scoped PersistentTransaction tx = _region.BeginTransaction())
        {
            try
            {
                for (int i = 0; i < 1000; i++)
                {
                    tx.Store(counters[i], new Counter { Number = i + 1 });
                }
            }
            catch (PmemCapacityException exception)
            {
                full = exception;
            }
        }

        Assert.NotNull(full);
        Assert.Contains("LogBytes", full.Message, StringComparison.Ordinal);
        Assert.Equal(0, Enumerable.Range(0, 1000).Sum(i => _region.Read(counters[i]).Number));
    }

    [Fact]
    public void A_transaction_goes_on_behind_a_full_log()
    {
        PersistentArray<Counter> counters = _region.Array<Counter>(1000);
        using scoped PersistentTransaction tx = _region.BeginTransaction();
        long stored = 0;
        try
        {
            for (; stored < 1000; stored++)
            {
                tx.Store(counters[stored], new Counter { Number = 1 });
            }
        }
        catch (PmemCapacityException)
        {
            tx.Commit();
        }

        Assert.InRange(stored, 100, 200);
        Assert.Equal(stored, Enumerable.Range(0, 1000).Sum(i => _region.Read(counters[i]).Number));
    }

    [Fact]
    public void Nested_use_is_refused_and_the_outer_one_goes_on()
    {
        using scoped PersistentTransaction tx = _region.BeginTransaction();
        Persistent<Counter> from = tx.Update(_from);
        from.Number = 1;
        InvalidOperationException refusal = Assert.Throws<InvalidOperationException>(() => _region.BeginTransaction().Dispose());
        Assert.Contains("do not nest", refusal.Message, StringComparison.Ordinal);
        Assert.Throws<InvalidOperationException>(() => _region.Array<Entry>(3));
        tx.Commit();
        Assert.Equal(1, Balances.From);
        _region.BeginTransaction().Dispose();
    }

    [Fact]
    public void Two_regions_can_have_a_transaction_each_on_one_thread()
    {
        using var otherFile = new RegionFile();
        using PersistentRegion other = otherFile.Create();
        using (scoped PersistentTransaction first = _region.BeginTransaction())
        {
            using scoped PersistentTransaction second = other.BeginTransaction();
            _ = RegionFile.Push(second, other, 5);
            first.Commit();
            Assert.Throws<InvalidOperationException>(() => other.BeginTransaction().Dispose());
            second.Commit();
        }

        Assert.Equal("5", RegionFile.List(other));
        _region.BeginTransaction().Dispose();
        other.BeginTransaction().Dispose();
    }

    [Fact]
    public void A_transaction_that_ended_does_nothing_any_more()
    {
        scoped PersistentTransaction ended = _region.BeginTransaction();
        ended.Store(_from, new Counter { Number = 1 });
        PersistentTransaction copy = ended;
        ended.Commit();
        Assert.True(Refuses(ref ended, t => t.Commit()));
        Assert.True(Refuses(ref copy, t => t.Commit()));

        using scoped PersistentTransaction next = _region.BeginTransaction();
        next.Store(_to, new Counter { Number = 2 });
        ended.Dispose();
        copy.Dispose();
        next.Commit();
        Assert.Equal((1, 2), Balances);
    }

    [Fact]
    public void What_was_freed_is_not_touched_again()
    {
        PPtr<Entry> entry = RegionFile.Push(_region, 1);
        scoped PersistentTransaction tx = _region.BeginTransaction();
        tx.Free(entry);
        Assert.True(Refuses(ref tx, t => t.Update(entry)));
        Assert.True(Refuses(ref tx, t => t.Free(entry)));
        tx.Dispose();
        scoped PersistentTransaction other = _region.BeginTransaction();
        Assert.True(RefusesArgument(ref other, t => t.Free(_region.Root<Book>())));
        Assert.True(RefusesArgument(ref other, t => t.Free(default(PPtr<Entry>))));
        other.Dispose();
    }

    [Fact]
    public void Many_can_be_prepared_with_one_drain()
    {
        using (scoped PersistentTransaction tx = _region.BeginTransaction())
        {
            tx.Prepare(_from, _to);
            Persistent<Counter> from = tx.Update(_from);
            Persistent<Counter> to = tx.Update(_to);
            from.Number = 5;
            to.Number = 6;
        }

        Assert.Equal((100, 0), Balances);
    }

    private delegate void Step(PersistentTransaction transaction);

    private static bool Refuses(ref PersistentTransaction transaction, Step step)
    {
        try
        {
            step(transaction);
            return false;
        }
        catch (InvalidOperationException)
        {
            return true;
        }
    }

    private static bool RefusesArgument(ref PersistentTransaction transaction, Step step)
    {
        try
        {
            step(transaction);
            return false;
        }
        catch (ArgumentException)
        {
            return true;
        }
    }
}
