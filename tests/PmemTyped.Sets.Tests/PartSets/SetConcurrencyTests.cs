using PmemTyped.Mapping;
using static PmemTyped.Sets.Tests.PartSets.SetBench;

namespace PmemTyped.Sets.Tests.PartSets;

/// <summary>Many threads on one set: map, find, iterate, persist, remove (sets specification, section 12).</summary>
public sealed class SetConcurrencyTests : IDisposable
{
    private const int Threads = 8;
    private const int Rounds = 200;
    private readonly SetBench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Theory]
    [InlineData(PartCoalescing.None)]
    [InlineData(PartCoalescing.Opportunistic)]
    public async Task Threads_map_iterate_persist_and_remove_at_once(PartCoalescing coalescing)
    {
        PmemSet set = _bench.NewSet();
        set.Coalescing = coalescing;
        PmemSetSource[] sources = [.. Enumerable.Range(0, Threads).Select(_ => _bench.Source(Unit))];
        await Task.WhenAll(sources.Select(source => Task.Factory.StartNew(
            () => Work(set, source),
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default))).WaitAsync(TimeSpan.FromMinutes(2));
        set.RemoveRange(0, long.MaxValue);
        Assert.Empty(PartsOf(set));
    }

    [Fact]
    public async Task Two_threads_never_remove_the_same_part_nor_one_that_is_held()
    {
        PmemSet set = _bench.NewSet();
        PmemSetSource source = _bench.Source(Unit);
        for (int round = 0; round < 200; round++)
        {
            long address = set.Map(source).Address;
            int removed = 0;
            await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => Task.Run(() =>
            {
                if (TryRemove(set, address))
                {
                    Interlocked.Increment(ref removed);
                }
            })));
            Assert.InRange(removed, 0, 1);
            set.RemoveRange(address, 1);
            Assert.Empty(PartsOf(set));
        }

        Assert.Equal(0, source.LiveMaps);
    }

    private static void Work(PmemSet set, PmemSetSource source)
    {
        for (int round = 0; round < Rounds; round++)
        {
            long address = set.Map(source, Range(0, 4096)).Address;
            using (PmemSetLease lease = set.Lease())
            {
                int visited = 0;
                for (PmemSetPartMap? part = set.FirstPart(); part is not null && visited < 3; visited++)
                {
                    // A part of another thread may be gone from the lease's moment, or newer than it.
                    using PmemSetPartMap held = part;
                    using scoped PmemMapLease bytes = held.Lease();
                    bytes.Copy(0, [1, 2, 3, 4, 5, 6, 7, 8]);
                    part = set.NextPart(held);
                    if (visited == 2)
                    {
                        part?.Dispose();
                    }
                }

                lease.DeepFlush(address, 8);
            }

            _ = TryRemove(set, address);
        }
    }

    private static bool TryRemove(PmemSet set, long address)
    {
        PmemSetPartMap part;
        try
        {
            part = set.PartAt(address);
        }
        catch (PmemSetException e) when (e.Error == PmemSetError.CannotFindPartMap)
        {
            return false;
        }

        using (part)
        {
            try
            {
                set.Remove(part);
                return true;
            }
            catch (PmemSetException e) when (e.Error is PmemSetError.PartMapPossibleUseAfterDrop or PmemSetError.PartNotFound)
            {
                return false;
            }
        }
    }
}
