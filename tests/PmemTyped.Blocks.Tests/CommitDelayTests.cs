using PmemTyped.Blocks.Btt;

namespace PmemTyped.Blocks.Tests;

/// <summary>When a group waits for more writers, and when it has learned not to.</summary>
public sealed class CommitDelayTests
{
    private static readonly TimeSpan s_long = TimeSpan.FromMinutes(1);

    [Fact]
    public void A_writer_who_is_alone_waits_for_nobody()
    {
        var delay = new CommitDelay();
        delay.Written(written: 1, formed: 0, s_long);

        Assert.False(delay.ExpectsOthers);
        delay.Begin(capacity: 64);
        Assert.False(delay.GoesOn(formed: 1));
    }

    [Fact]
    public void A_group_waits_for_those_who_have_just_written_beside_those_who_are_there()
    {
        CommitDelay delay = After(written: 9, formed: 7);

        delay.Begin(capacity: 64);

        Assert.True(delay.GoesOn(formed: 7));
        Assert.True(delay.GoesOn(formed: 15));
        Assert.False(delay.IsLast(formed: 15));
        Assert.True(delay.IsLast(formed: 16));
        Assert.False(delay.GoesOn(formed: 16));
        Assert.False(delay.IsLast(formed: 16));
    }

    [Fact]
    public void A_group_waits_for_no_more_writers_than_it_holds()
    {
        CommitDelay delay = After(written: 64, formed: 40);

        delay.Begin(capacity: 64);

        Assert.True(delay.GoesOn(formed: 63));
        Assert.False(delay.GoesOn(formed: 64));
    }

    [Fact]
    public void Waiting_in_vain_is_not_repeated_for_a_while_that_doubles()
    {
        CommitDelay delay = After(written: 8, formed: 8);
        foreach (int pause in (int[])[16, 32, 64])
        {
            WaitInVain(delay);
            for (int i = 0; i < pause; i++)
            {
                Assert.False(delay.ExpectsOthers);
                delay.Written(written: 8, formed: 8, s_long);
            }

            Assert.True(delay.ExpectsOthers);
        }
    }

    [Fact]
    public void Writers_who_take_longer_than_half_of_the_waves_are_not_waited_for_again()
    {
        var delay = new CommitDelay();
        delay.Written(written: 8, formed: 8, TimeSpan.Zero);
        delay.Begin(capacity: 64);

        Thread.Sleep(CommitDelay.Longest);
        Assert.False(delay.GoesOn(formed: 16));

        Assert.False(delay.ExpectsOthers);
    }

    [Fact]
    public void Waiting_that_paid_ends_the_doubling()
    {
        CommitDelay delay = After(written: 8, formed: 8);
        for (int round = 0; round < 2; round++)
        {
            WaitInVain(delay);
            while (!delay.ExpectsOthers)
            {
                delay.Written(written: 8, formed: 8, s_long);
            }

            delay.Begin(capacity: 64);
            Assert.False(delay.GoesOn(formed: 16));
        }

        WaitInVain(delay);
        for (int i = 0; i < 16; i++)
        {
            delay.Written(written: 8, formed: 8, s_long);
        }

        Assert.True(delay.ExpectsOthers);
    }

    private static CommitDelay After(int written, int formed)
    {
        var delay = new CommitDelay();
        delay.Written(written, formed, s_long);
        return delay;
    }

    private static void WaitInVain(CommitDelay delay)
    {
        delay.Begin(capacity: 64);
        Thread.Sleep(2 * CommitDelay.Longest);
        Assert.False(delay.GoesOn(formed: 8));
    }
}
