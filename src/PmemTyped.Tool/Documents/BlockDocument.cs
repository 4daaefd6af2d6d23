using PmemTyped.Blocks;

namespace PmemTyped.Tool.Documents;

/// <summary>One block: what "pmt read", "pmt write" and, for each block, "pmt dump" tell.</summary>
/// <param name="Block">Its number.</param>
/// <param name="State">initial, error, zero or normal.</param>
/// <param name="Content">Its bytes in hexadecimal, null when it is not told.</param>
internal sealed record BlockDocument(long Block, string State, string? Content)
{
    internal static BlockDocument From(long block, BlockState state, ReadOnlySpan<byte> content) =>
        new(block, NameOf(state), Convert.ToHexStringLower(content));

    internal static string NameOf(BlockState state) => state switch
    {
        BlockState.Initial => "initial",
        BlockState.Error => "error",
        BlockState.Zero => "zero",
        _ => "normal",
    };
}
