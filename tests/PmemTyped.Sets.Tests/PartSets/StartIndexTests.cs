using PmemTyped.Sets.Parts;

namespace PmemTyped.Sets.Tests.PartSets;

/// <summary>The search by address against a walk from the first to the last, for parts that lie close, apart, and in heaps.</summary>
public sealed class StartIndexTests
{
    [Theory]
    [InlineData("one after the other")]
    [InlineData("with gaps")]
    [InlineData("in heaps")]
    [InlineData("doubling")]
    public void The_last_start_at_or_before_an_address_is_found(string manner)
    {
        int seed = Environment.TickCount;
        var random = new Random(seed);
        foreach (int count in (int[])[1, 2, 3, 31, 32, 33, 100, 1_000])
        {
            long[] starts = Starts(manner, manner == "doubling" ? Math.Min(count, 44) : count, random);
            var index = new StartIndex([.. starts]);
            for (int i = 0; i < starts.Length; i++)
            {
                foreach (long address in (long[])[starts[i] - 1, starts[i], starts[i] + 1, random.NextInt64(starts[0], starts[^1] + 4096), starts[^1] + (1L << 40)])
                {
                    Assert.True(
                        Array.FindLastIndex(starts, s => s <= address) == index.AtOrBefore(address),
                        $"{manner}, {starts.Length} starts, 0x{address:X}, seed {seed}");
                }
            }
        }
    }

    [Fact]
    public void Nothing_is_found_among_no_starts() => Assert.Equal(-1, new StartIndex([]).AtOrBefore(0));

    private static long[] Starts(string manner, int count, Random random)
    {
        long next = 1L << 40;
        var starts = new long[count];
        for (int i = 0; i < count; i++)
        {
            starts[i] = next;
            next += manner switch
            {
                "one after the other" => 4096,
                "with gaps" => 4096 * random.NextInt64(1, 100),
                "in heaps" => random.Next(50) == 0 ? 1L << 36 : 4096,
                _ => 4096L << i,
            };
        }

        return starts;
    }
}
