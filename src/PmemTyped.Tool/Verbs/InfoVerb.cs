using System.CommandLine;
using PmemTyped.Blocks;
using PmemTyped.Tool.Documents;

namespace PmemTyped.Tool.Verbs;

/// <summary>pmt info: tells the facts of a pool, draws how its blocks are used, and changes nothing.</summary>
internal static class InfoVerb
{
    // More blocks are counted only when asked for: it would read gigabytes of map.
    private const long BlocksCountedUnasked = 1 << 22;

    internal static Command Build(ToolConsole console)
    {
        Argument<string> file = PoolFile.NewArgument();
        var map = new Option<bool>("--map")
        {
            Description = "Count and draw the blocks, however many there are; up to 4 million are drawn anyway.",
        };
        Option<bool> json = JsonOption.New();
        var command = new Command("info", "Show what a pool file is made of and how it is used. Changes nothing.")
        {
            file,
            map,
            json,
        };
        command.SetAction(parsed => Run(
            console, parsed.GetRequiredValue(file), parsed.GetValue(map), parsed.GetValue(json)));
        return command;
    }

    private static int Run(ToolConsole console, string path, bool wantsMap, bool isJson)
    {
        BlockPoolDescription pool = BlockPool.Describe(path);
        IReadOnlyList<BlockMapDocument>? maps = wantsMap || pool.BlockCount <= BlocksCountedUnasked
            ? ProgressView.Run(console, "Counting blocks", progress => Maps(console, pool, progress))
            : null;
        InfoDocument document = InfoDocument.From(pool, maps);
        if (isJson)
        {
            console.Output.WriteLine(DocumentJson.Of(document));
        }
        else
        {
            InfoView.Write(console, document);
        }

        return ExitCode.Success;
    }

    private static List<BlockMapDocument>? Maps(
        ToolConsole console, BlockPoolDescription description, IProgress<double>? progress)
    {
        try
        {
            using BlockPool pool = BlockPool.OpenReadOnly(description.Path);
            var maps = new List<BlockMapDocument>();
            long first = 0;
            foreach (ArenaDescription arena in description.Arenas)
            {
                maps.Add(BlockMapDocument.From(BlockMap.Of(pool, first, arena.BlockCount, progress)));
                first += arena.BlockCount;
            }

            return maps;
        }
        catch (PmemException e)
        {
            console.Note($"The blocks were not counted. {e.Message}");
            return null;
        }
    }
}
