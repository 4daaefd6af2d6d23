using System.CommandLine;
using PmemTyped.Blocks;
using PmemTyped.Tool.Documents;

namespace PmemTyped.Tool.Verbs;

/// <summary>pmt info: tells the facts of a pool and changes nothing.</summary>
internal static class InfoVerb
{
    internal static Command Build(ToolConsole console)
    {
        Argument<string> file = PoolFile.NewArgument();
        var json = new Option<bool>("--json") { Description = "Print JSON instead of text." };
        var command = new Command("info", "Show what a pool file is made of. Changes nothing.") { file, json };
        command.SetAction(parsed => Run(console, parsed.GetRequiredValue(file), parsed.GetValue(json)));
        return command;
    }

    private static int Run(ToolConsole console, string path, bool isJson)
    {
        InfoDocument document = InfoDocument.From(BlockPool.Describe(path));
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
}
