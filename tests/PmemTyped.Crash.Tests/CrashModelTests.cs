using PmemTyped.CrashTesting;
using PmemTyped.Mapping;

namespace PmemTyped.Crash.Tests;

/// <summary>The models of loss themselves, on examples small enough to list every state by hand.</summary>
public sealed class CrashModelTests
{
    private static readonly OrderingPoint s_point = new("TEST", 1);

    [Fact]
    public void Two_atoms_that_were_not_flushed_arrive_independently()
    {
        Assert.Equal(
            ["0 0", "0 2", "1 0", "1 2"],
            FinalStates(PersistModel.AtomSubset, medium =>
            {
                medium.Store64(0, 1);
                medium.Store64(8, 2);
            }));
    }

    [Fact]
    public void Two_stores_to_one_line_arrive_in_order()
    {
        Assert.Equal(
            ["0 0", "1 0", "1 2"],
            FinalStates(PersistModel.LinePrefix, medium =>
            {
                medium.Store64(0, 1);
                medium.Store64(8, 2);
            }));
    }

    [Fact]
    public void Two_stores_to_two_lines_arrive_independently()
    {
        Assert.Equal(
            ["0 0", "0 2", "1 0", "1 2"],
            FinalStates(
                PersistModel.LinePrefix,
                medium =>
                {
                    medium.Store64(0, 1);
                    medium.Store64(64, 2);
                },
                second: 64));
    }

    [Fact]
    public void What_was_persisted_stays_and_what_came_later_may_be_lost()
    {
        Assert.Equal(
            ["1 0", "1 2"],
            FinalStates(PersistModel.AtomSubset, medium =>
            {
                medium.Store64(0, 1);
                medium.Persist(0, 8, s_point);
                medium.Store64(8, 2);
            }));
    }

    [Fact]
    public void A_flush_without_a_drain_promises_nothing()
    {
        Assert.Equal(
            ["0 0", "1 0"],
            FinalStates(PersistModel.AtomSubset, medium =>
            {
                medium.Store64(0, 1);
                medium.Flush(0, 8, s_point);
            }));
    }

    [Fact]
    public void A_drain_covers_what_was_flushed_before_and_not_what_was_stored_after_the_flush()
    {
        Assert.Equal(
            ["1 0", "3 0"],
            FinalStates(PersistModel.AtomSubset, medium =>
            {
                medium.Store64(0, 1);
                medium.Flush(0, 8, s_point);
                medium.Store64(0, 3);
                medium.Drain(s_point);
            }));
    }

    [Fact]
    public void An_atom_keeps_any_value_that_it_had_since_its_last_drain()
    {
        Assert.Equal(
            ["0 0", "1 0", "5 0"],
            FinalStates(PersistModel.AtomSubset, medium =>
            {
                medium.Store64(0, 1);
                medium.Store64(0, 5);
            }));
    }

    [Fact]
    public void On_page_granularity_a_flush_is_durable_by_itself()
    {
        Assert.Equal(
            ["1 0"],
            FinalStates(
                PersistModel.AtomSubset,
                medium =>
                {
                    medium.Store64(0, 1);
                    medium.Flush(0, 8, s_point);
                },
                granularity: StoreGranularity.Page));
    }

    [Fact]
    public void An_eliding_medium_leaves_out_one_point_and_keeps_the_others()
    {
        var other = new OrderingPoint("TEST", 2);
        var log = new StoreLog(new byte[128]);
        var medium = new ElidingMedium<RecordingMedium>(log.Medium, s_point);
        medium.Store64(0, 1);
        medium.Persist(0, 8, s_point);
        medium.Store64(8, 2);
        medium.Persist(8, 8, other);
        Assert.Equal((1, 1), (log.FlushCount, log.DrainCount));
        Assert.Equal([other], log.Points);
    }

    [Fact]
    public void More_states_than_can_be_listed_are_sampled_from_the_extremes_inwards()
    {
        var log = new StoreLog(new byte[1024]);
        log.Begin();
        for (int atom = 0; atom < 40; atom++)
        {
            log.Medium.Store64(atom * 8, 1);
        }

        log.Acknowledge();
        var arrived = new List<int>();
        long states = new CrashStateEnumerator(log, PersistModel.AtomSubset, seed: 1, samples: 10).Visit(
            (image, _) => arrived.Add(Enumerable.Range(0, 40).Count(i => image.Medium.Load64(i * 8) != 0)));
        Assert.Equal(2 + (2 * 40) + 10, states);
        Assert.Equal((1, 40, 40, 1), (arrived.Count(n => n == 0), arrived.Count(n => n == 1), arrived.Count(n => n == 39), arrived.Count(n => n == 40)));
    }

    [Fact]
    public void What_a_visitor_stores_is_gone_in_the_next_state()
    {
        var log = new StoreLog(new byte[128]);
        log.Begin();
        log.Medium.Store64(0, 1);
        log.Acknowledge();
        new CrashStateEnumerator(log, PersistModel.AtomSubset, seed: 1).Visit((image, _) =>
        {
            Assert.Equal(0UL, image.Medium.Load64(64));
            image.Medium.Store64(64, 7);
        });
    }

    // Every value of the first and of a second word that a crash at the end may leave, sorted, each once.
    private static string[] FinalStates(
        PersistModel model,
        Action<RecordingMedium> run,
        long second = 8,
        StoreGranularity granularity = StoreGranularity.CacheLine)
    {
        var log = new StoreLog(new byte[128], granularity);
        log.Begin();
        run(log.Medium);
        log.Acknowledge();
        var states = new SortedSet<string>(StringComparer.Ordinal);
        new CrashStateEnumerator(log, model, seed: 1).Visit((image, point) =>
        {
            if (point.AcknowledgedOperations == 1)
            {
                states.Add(FormattableString.Invariant($"{image.Medium.Load64(0)} {image.Medium.Load64(second)}"));
            }
        });
        return [.. states];
    }
}
