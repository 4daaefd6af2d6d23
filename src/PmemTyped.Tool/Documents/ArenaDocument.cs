using PmemTyped.Blocks;

namespace PmemTyped.Tool.Documents;

/// <summary>
/// What is told about one arena. Offsets are in bytes from the start of the file; the map of its blocks is null when they
/// were not looked at.
/// </summary>
internal sealed record ArenaDocument(
    int Index,
    long Offset,
    long BlockCount,
    long InternalBlockSize,
    long InternalBlockCount,
    int FreeBlockCount,
    long DataOffset,
    long MapOffset,
    long FlogOffset,
    long InfoCopyOffset,
    BlockMapDocument? BlockMap)
{
    internal static ArenaDocument From(ArenaDescription arena, int index, BlockMapDocument? map) => new(
        index,
        arena.Offset,
        arena.BlockCount,
        arena.InternalBlockSize,
        arena.InternalBlockCount,
        arena.FreeBlockCount,
        arena.DataOffset,
        arena.MapOffset,
        arena.FlogOffset,
        arena.InfoCopyOffset,
        map);
}
