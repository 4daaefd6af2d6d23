using System.CommandLine;
using PmemTyped.Tool.Documents;

namespace PmemTyped.Tool.Verbs;

/// <summary>pmt doctor: tells what a persist on a path is really worth, and why.</summary>
internal static class DoctorVerb
{
    internal static Command Build(ToolConsole console)
    {
        var path = new Argument<string>("path")
        {
            Description = "A directory, where a nameless file is tried and timed, or a file, which is only looked at.",
        };
        var json = new Option<bool>("--json") { Description = "Print JSON instead of text." };
        var command = new Command(
            "doctor",
            "Tell what persisting on a path is worth, and why. Exit code 0: power-safe; 1: not, or not known; 2: could not look.")
        {
            path,
            json,
        };
        command.SetAction(parsed => Run(console, parsed.GetRequiredValue(path), parsed.GetValue(json)));
        return command;
    }

    private static int Run(ToolConsole console, string path, bool isJson)
    {
        DoctorDocument document = DoctorProbe.Examine(path, console.Platform);
        if (isJson)
        {
            console.Output.WriteLine(DocumentJson.Of(document));
        }
        else
        {
            DoctorView.Write(console, document);
        }

        return document.IsPowerSafe ? ExitCode.Success : ExitCode.AnswerIsNo;
    }
}
