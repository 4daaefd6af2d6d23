using System.Numerics;

namespace PmemTyped.Sets.Tests;

/// <summary>The checksum is the known one, however long its input is and in however many pieces it comes.</summary>
public sealed class Crc32CTests
{
    // Longer than the largest block, so that blocks of each size are followed by each other and by every remainder.
    private const int LongestBytes = 14_000;

    [Fact]
    public void The_checksum_of_every_length_is_that_of_one_byte_after_the_other()
    {
        byte[] bytes = new byte[LongestBytes];
        new Random(1).NextBytes(bytes);
        uint expected = Crc32C.Seed;
        for (int length = 0; length < bytes.Length; length++)
        {
            Assert.Equal(expected, Crc32C.Append(Crc32C.Seed, bytes.AsSpan(0, length)));
            expected = BitOperations.Crc32C(expected, bytes[length]);
        }
    }

    [Fact]
    public void Every_bit_of_a_long_input_counts()
    {
        byte[] bytes = new byte[LongestBytes];
        uint before = Crc32C.Compute(bytes);
        for (int bit = 0; bit < 8 * bytes.Length; bit += 7)
        {
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.NotEqual(before, Crc32C.Compute(bytes));
            bytes[bit / 8] = 0;
        }
    }

    [Fact]
    public void The_checksum_is_the_known_one() => Assert.Equal(0xE306_9283, Crc32C.Compute("123456789"u8));

    [Fact]
    public void A_checksum_can_be_continued_anywhere()
    {
        byte[] bytes = new byte[10_000];
        new Random(1).NextBytes(bytes);
        foreach (int cut in (int[])[1, 20, 191, 192, 815, 816, 3072, 5000, 9999])
        {
            uint first = Crc32C.Append(Crc32C.Seed, bytes.AsSpan(0, cut));
            Assert.Equal(Crc32C.Compute(bytes), ~Crc32C.Append(first, bytes.AsSpan(cut)));
        }
    }
}
