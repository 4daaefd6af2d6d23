namespace PmemTyped.Native.Tests;

/// <summary>
/// The bulk copy has edges, streamed lines and special tails; each must copy exactly its bytes, wherever source and
/// destination lie.
/// </summary>
public sealed class StoreFlushedTests
{
    private const int Guard = 128;
    private const int LargestLength = 4097;
    private const byte GuardByte = 0xEE;

    private static readonly int[] s_lengths = [.. Enumerable.Range(0, 601), 4095, 4096, 4097];

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(8)]
    [InlineData(15)]
    [InlineData(31)]
    [InlineData(33)]
    [InlineData(63)]
    public void A_flushed_store_copies_exactly_its_bytes(int sourceMisalignment)
    {
        using MappedFile file = MappedFile.Create(3 * 4096);
        byte[] source = PinnedSource(out int aligned);
        byte[] guard = new byte[Guard + 64 + LargestLength + Guard];
        Array.Fill(guard, GuardByte);
        for (int start = Guard; start < Guard + 64; start++)
        {
            foreach (int length in s_lengths)
            {
                ReadOnlySpan<byte> bytes = source.AsSpan(aligned + sourceMisalignment, length);
                file.Range.Store(0, guard.AsSpan(0, start + length + Guard));
                file.Range.StoreFlushed(start, bytes);
                PersistInstructions.Fence();
                AssertCopied(file.Range, start, bytes);
            }
        }
    }

    [Fact]
    public void A_flushed_store_may_end_with_the_last_byte_of_the_map()
    {
        const int MapBytes = 8192;
        using MappedFile file = MappedFile.Create(MapBytes);
        byte[] source = PinnedSource(out _);
        foreach (int length in s_lengths)
        {
            file.Range.StoreFlushed(MapBytes - length, source.AsSpan(0, length));
            Assert.True(file.Range.Window(MapBytes - length, length).SequenceEqual(source.AsSpan(0, length)));
        }
    }

    private static void AssertCopied(NativeRange range, int start, ReadOnlySpan<byte> expected)
    {
        bool isExact = range.Window(start, expected.Length).SequenceEqual(expected);
        bool isBounded = !range.Window(0, start).ContainsAnyExcept(GuardByte)
            && !range.Window(start + expected.Length, Guard).ContainsAnyExcept(GuardByte);
        Assert.True(isExact, FormattableString.Invariant($"{expected.Length} bytes at {start} differ"));
        Assert.True(isBounded, FormattableString.Invariant($"{expected.Length} bytes at {start} touch their neighbours"));
    }

    // Never the guard byte, and no period that a shifted copy could hide behind.
    private static byte[] PinnedSource(out int aligned)
    {
        byte[] source = GC.AllocateArray<byte>(LargestLength + 128, pinned: true);
        for (int i = 0; i < source.Length; i++)
        {
            source[i] = (byte)(((i * 7) + (i >> 8)) % 233);
        }

        unsafe
        {
            fixed (byte* start = source)
            {
                aligned = (int)(-(nint)start & 63);
            }
        }

        return source;
    }
}
