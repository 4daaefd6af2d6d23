using System.Globalization;
using System.Numerics;
using PmemTyped.Sets;

namespace PmemTyped.Tool;

/// <summary>The names that PMDK's own tool gives to the bits of the three feature words.</summary>
internal static class FeatureNames
{
    private const uint CheckBadBlocks = 1;

    /// <summary>Names of the bits of the compat word, which a reader may ignore.</summary>
    internal static IReadOnlyList<string> OfCompat(uint word) => Name(word, bit => bit switch
    {
        CheckBadBlocks => "CHECK_BAD_BLOCKS",
        _ => null,
    });

    /// <summary>Names of the bits of the incompat word, which a reader must know.</summary>
    internal static IReadOnlyList<string> OfIncompat(uint word) => Name(word, bit => (PoolFeatures)bit switch
    {
        PoolFeatures.SingleHeader => "SINGLEHDR",
        PoolFeatures.Checksum2K => "CKSUM_2K",
        PoolFeatures.ShutdownState => "SHUTDOWN_STATE",
        _ => null,
    });

    /// <summary>Names of the bits of the ro-compat word, which a writer must know; none is defined so far.</summary>
    internal static IReadOnlyList<string> OfReadOnlyCompat(uint word) => Name(word, _ => null);

    private static List<string> Name(uint word, Func<uint, string?> nameOf)
    {
        var names = new List<string>();
        for (uint rest = word; rest != 0; rest &= rest - 1)
        {
            uint bit = 1u << BitOperations.TrailingZeroCount(rest);
            names.Add(nameOf(bit) ?? string.Create(CultureInfo.InvariantCulture, $"unknown 0x{bit:X}"));
        }

        return names;
    }
}
