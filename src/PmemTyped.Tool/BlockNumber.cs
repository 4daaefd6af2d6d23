using System.CommandLine;
using System.Globalization;

namespace PmemTyped.Tool;

/// <summary>The argument that names one block of a pool.</summary>
internal static class BlockNumber
{
    /// <summary>Makes the argument.</summary>
    internal static Argument<long> NewArgument() => new("block")
    {
        Description = "The block, counted from 0.",
        CustomParser = result =>
        {
            string text = result.Tokens[0].Value;
            if (!long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long block))
            {
                result.AddError($"'{text}' is not a block number. Give a whole number, 0 for the first block.");
            }

            return block;
        },
    };

    /// <summary>Why there is no such block.</summary>
    internal static string OutOfRange(string path, long block, long blockCount) => string.Create(
        CultureInfo.InvariantCulture,
        $"'{path}' has no block {block}. Its blocks are 0 to {blockCount - 1}.");
}
