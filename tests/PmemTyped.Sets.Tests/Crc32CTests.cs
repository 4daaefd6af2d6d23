namespace PmemTyped.Sets.Tests;

/// <summary>The checksum is the known one, however long its input is and in however many pieces it comes.</summary>
public sealed class Crc32CTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(63)]
    [InlineData(3071)]
    [InlineData(3072)]
    [InlineData(100_003)]
    public void The_checksum_in_three_chains_is_that_in_one(int lengthBytes)
    {
        byte[] bytes = new byte[lengthBytes];
        new Random(lengthBytes).NextBytes(bytes);
        uint expected = ~bytes.Aggregate(0xFFFF_FFFF, System.Numerics.BitOperations.Crc32C);

        Assert.Equal(expected, Crc32C.Compute(bytes));
    }

    [Fact]
    public void The_checksum_is_the_known_one() => Assert.Equal(0xE306_9283, Crc32C.Compute("123456789"u8));

    [Fact]
    public void A_checksum_can_be_continued_anywhere()
    {
        byte[] bytes = new byte[10_000];
        new Random(1).NextBytes(bytes);
        foreach (int cut in (int[])[1, 20, 3072, 5000, 9999])
        {
            uint first = Crc32C.Append(Crc32C.Seed, bytes.AsSpan(0, cut));
            Assert.Equal(Crc32C.Compute(bytes), ~Crc32C.Append(first, bytes.AsSpan(cut)));
        }
    }
}
