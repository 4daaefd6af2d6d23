using PmemTyped.Blocks;

namespace PmemTyped.Tool.Documents;

/// <summary>How many blocks of an arena are in which state, and the drawing of them.</summary>
internal sealed record BlockMapDocument(
    long Initial, long Zero, long Error, long Normal, long BlocksPerCharacter, IReadOnlyList<string> Rows)
{
    internal static BlockMapDocument From(BlockMap map) => new(
        map[BlockState.Initial],
        map[BlockState.Zero],
        map[BlockState.Error],
        map[BlockState.Normal],
        map.BlocksPerCell,
        map.Rows);
}
