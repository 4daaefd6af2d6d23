using PmemTyped.Blocks;

namespace PmemTyped.Tool.Documents;

/// <summary>What is told about one arena. Offsets are in bytes from the start of the file.</summary>
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
    long InfoCopyOffset)
{
    internal static ArenaDocument From(ArenaDescription arena, int index) => new(
        index,
        arena.Offset,
        arena.BlockCount,
        arena.InternalBlockSize,
        arena.InternalBlockCount,
        arena.FreeBlockCount,
        arena.DataOffset,
        arena.MapOffset,
        arena.FlogOffset,
        arena.InfoCopyOffset);
}
