namespace PmemTyped.Blocks.Btt;

/// <summary>The arenas of a pool as found or, without layout, as they will be written.</summary>
/// <param name="IsWritten">Whether the info blocks are on the medium. Without them every block reads as zeros.</param>
/// <param name="Arenas">The arenas in order.</param>
/// <param name="ErroredArenas">Indexes of arenas whose info block refuses writes.</param>
internal sealed record BttLayout(bool IsWritten, ArenaGeometry[] Arenas, IReadOnlyList<int> ErroredArenas)
{
    internal long Blocks => Arenas.Sum(a => (long)a.Lbas);
}
