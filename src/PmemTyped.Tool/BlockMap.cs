using System.Text;
using PmemTyped.Blocks;

namespace PmemTyped.Tool;

/// <summary>
/// How the blocks of a pool are used: how many of each state, and a drawing of rows in which each character stands for as
/// many blocks as the next, so that a full or spoiled region shows.
/// </summary>
internal sealed class BlockMap
{
    internal const int CellsPerRow = 64;
    internal const int MaxRows = 8;

    private const int States = 4;
    private const long BlocksPerReport = 1 << 16;
    private readonly long[][] _cells;
    private readonly long[] _totals = new long[States];

    private BlockMap(long blocks)
    {
        BlockCount = blocks;
        long cells = Math.Min(blocks, CellsPerRow * MaxRows);
        BlocksPerCell = (blocks + cells - 1) / cells;
        _cells = [.. Enumerable.Range(0, (int)((blocks + BlocksPerCell - 1) / BlocksPerCell)).Select(_ => new long[States])];
    }

    internal long BlockCount { get; }

    internal long BlocksPerCell { get; }

    /// <summary>Gets the drawing, row by row.</summary>
    internal IReadOnlyList<string> Rows
    {
        get
        {
            var rows = new List<string>();
            for (int start = 0; start < _cells.Length; start += CellsPerRow)
            {
                var row = new StringBuilder();
                for (int cell = start; cell < Math.Min(start + CellsPerRow, _cells.Length); cell++)
                {
                    row.Append(Symbol(cell));
                }

                rows.Add(row.ToString());
            }

            return rows;
        }
    }

    internal long this[BlockState state] => _totals[(int)state];

    /// <summary>Looks at a range of blocks.</summary>
    internal static BlockMap Of(BlockPool pool, long first, long count, IProgress<double>? progress)
    {
        var map = new BlockMap(count);
        for (long i = 0; i < count; i++)
        {
            int state = (int)pool.GetState(first + i);
            map._cells[i / map.BlocksPerCell][state]++;
            map._totals[state]++;
            if (i % BlocksPerReport == 0)
            {
                progress?.Report((double)(first + i) / pool.BlockCount);
            }
        }

        return map;
    }

    // A bad block must not drown among good ones; otherwise a cell that is not all of one state is mixed.
    private char Symbol(int cell)
    {
        long[] counts = _cells[cell];
        if (counts[(int)BlockState.Error] > 0)
        {
            return 'x';
        }

        long normal = counts[(int)BlockState.Normal];
        long zero = counts[(int)BlockState.Zero];
        long initial = counts[(int)BlockState.Initial];
        if (normal > 0)
        {
            return zero + initial > 0 ? '+' : '#';
        }

        return zero > 0 ? 'o' : '.';
    }
}
