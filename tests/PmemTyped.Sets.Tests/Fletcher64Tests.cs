using System.Buffers.Binary;

namespace PmemTyped.Sets.Tests;

/// <summary>The checksum vectors of the block pool format, section 2.2.</summary>
public sealed class Fletcher64Tests
{
    private static readonly byte[] s_counting = [.. Enumerable.Range(0, 64).Select(i => (byte)i)];

    [Theory]
    [InlineData(-1, 0, 0x43BB32A01201F1E0)]
    [InlineData(56, 0, 0x8E0882F497897B6C)]
    [InlineData(56, 32, 0x019D38D088807870)]
    public void The_vectors_of_the_format_hold(int checksumOffset, int skipOffset, ulong expected) =>
        Assert.Equal(expected, Fletcher64.Compute(s_counting, checksumOffset, skipOffset));

    [Fact]
    public void Nothing_sums_to_zero() => Assert.Equal(0ul, Fletcher64.Compute([]));

    [Fact]
    public void The_content_of_the_checksum_field_does_not_count()
    {
        byte[] changed = [.. s_counting];
        BinaryPrimitives.WriteUInt64LittleEndian(changed.AsSpan(56), ulong.MaxValue);
        Assert.Equal(Fletcher64.Compute(s_counting, 56), Fletcher64.Compute(changed, 56));
    }

    [Fact]
    public void A_skipped_word_is_zero_but_not_absent()
    {
        byte[] zeroed = [.. s_counting];
        zeroed.AsSpan(32).Clear();
        Assert.Equal(Fletcher64.Compute(zeroed), Fletcher64.Compute(s_counting, -1, 32));
        Assert.NotEqual(Fletcher64.Compute(s_counting.AsSpan(0, 32)), Fletcher64.Compute(s_counting, -1, 32));
    }

    [Fact]
    public void Any_flipped_bit_that_counts_changes_the_sum()
    {
        ulong sum = Fletcher64.Compute(s_counting, 56);
        for (int bit = 0; bit < 56 * 8; bit++)
        {
            byte[] changed = [.. s_counting];
            changed[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.NotEqual(sum, Fletcher64.Compute(changed, 56));
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(63)]
    public void A_length_of_broken_words_is_refused(int length)
    {
        var refusal = Assert.Throws<ArgumentException>(() => Fletcher64.Compute(s_counting.AsSpan(0, length)));
        Assert.Contains(FormattableString.Invariant($"{length} bytes"), refusal.Message, StringComparison.Ordinal);
    }
}
