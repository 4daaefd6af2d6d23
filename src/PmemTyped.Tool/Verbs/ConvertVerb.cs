using System.CommandLine;
using PmemTyped.Sets;

namespace PmemTyped.Tool.Verbs;

/// <summary>
/// pmt convert: gives a pool of an older PMDK the features of a new one. Nothing else in a block pool has ever changed.
/// </summary>
internal static class ConvertVerb
{
    internal static Command Build(ToolConsole console)
    {
        Argument<string> file = PoolFile.NewArgument();
        Option<bool> json = JsonOption.New();
        var command = new Command(
            "convert",
            "Give a pool of an older PMDK the features of a new one: CHECK_BAD_BLOCKS, CKSUM_2K, SHUTDOWN_STATE.")
        {
            file,
            json,
        };
        command.SetAction(parsed => FeatureVerb.Apply(
            console, parsed.GetRequiredValue(file), PoolFeatures.Default, checksBadBlocks: true, parsed.GetValue(json)));
        return command;
    }
}
