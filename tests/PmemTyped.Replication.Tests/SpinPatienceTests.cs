using PmemTyped.Replication.Transports;

namespace PmemTyped.Replication.Tests;

/// <summary>A peer that is near is looked for; one that is not costs fewer and fewer looks.</summary>
public sealed class SpinPatienceTests
{
    [Fact]
    public void Every_wait_looks_as_long_as_something_is_found()
    {
        var patience = new SpinPatience();
        for (int i = 0; i < 1000; i++)
        {
            Assert.True(patience.Spins());
            patience.Found();
        }
    }

    [Fact]
    public void After_each_look_in_vain_twice_as_many_waits_park_at_once_up_to_a_bound()
    {
        var patience = new SpinPatience();
        int[] parked = [.. Enumerable.Range(0, 9).Select(_ => ParkedAfterAMiss(patience))];

        Assert.Equal([2, 4, 8, 16, 32, 64, 64, 64, 64], parked);
    }

    [Fact]
    public void A_look_that_finds_something_makes_up_for_all_in_vain()
    {
        var patience = new SpinPatience();
        for (int i = 0; i < 9; i++)
        {
            _ = ParkedAfterAMiss(patience);
        }

        Assert.True(patience.Spins());
        patience.Found();

        Assert.Equal(2, ParkedAfterAMiss(patience));
    }

    private static int ParkedAfterAMiss(SpinPatience patience)
    {
        Assert.True(patience.Spins());
        patience.Missed();
        int parked = 0;
        for (; !patience.Spins(); parked++)
        {
            Assert.InRange(parked, 0, 1000);
        }

        return parked;
    }
}
