using PmemTyped.Blocks.Btt;
using PmemTyped.Blocks.Layout;

namespace PmemTyped.Interop.Tests;

/// <summary>The bytes of a closed pool file, and where in them the fields are that are allowed to differ.</summary>
internal static class PoolImage
{
    private const int UuidBytes = 16;
    private const int ChecksumBytes = 8;

    /// <summary>The bytes, with everything cleared that is random, a time, a checksum over these, or a pointer.</summary>
    internal static byte[] Comparable(string path)
    {
        byte[] image = File.ReadAllBytes(path);

        // Header: the identities, the creation time, the checksum.
        Clear(image, 24, 6 * UuidBytes);
        Clear(image, 120, sizeof(long));
        Clear(image, 4088, ChecksumBytes);

        // The reference keeps its run-time object in the file.
        Clear(image, 4104, 96);
        int blockBytes = BitConverter.ToInt32(image, BlockDescriptorLayout.FileOffset);
        foreach (ArenaGeometry arena in BttGeometry.Plan(BttGeometry.RoundDownToPage(image.Length), blockBytes)!)
        {
            foreach (long info in (long[])[arena.Start, arena.InfoCopy])
            {
                Clear(image, info + 16, 2 * UuidBytes);
                Clear(image, info + 4088, ChecksumBytes);
            }
        }

        return image;
    }

    /// <summary>Asserts that two images are the same; names the first byte that is not.</summary>
    internal static void AssertSame(byte[] ours, byte[] reference, string context)
    {
        Assert.Equal(reference.Length, ours.Length);
        int same = ours.AsSpan().CommonPrefixLength(reference);
        Assert.True(
            same == ours.Length,
            same == ours.Length
                ? string.Empty
                : FormattableString.Invariant(
                    $"{context}: byte 0x{same:X} is 0x{ours[same]:X2} of ours, 0x{reference[same]:X2} of the reference"));
    }

    private static void Clear(byte[] image, long offset, int length) => image.AsSpan((int)offset, length).Clear();
}
