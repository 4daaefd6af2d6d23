using System.CommandLine;
using PmemTyped.Sets.PoolSets;
using PmemTyped.Tool.Documents;

namespace PmemTyped.Tool.Verbs;

/// <summary>pmt lint: explains what is wrong with a set file, and what PMDK would make of it.</summary>
internal static class LintVerb
{
    internal static Command Build(ToolConsole console)
    {
        var file = new Argument<string>("file") { Description = "The pool set file. It is only read." };
        Option<bool> json = JsonOption.New();
        var command = new Command(
            "lint",
            "Explain what is wrong with a pool set file, and what PMDK makes of it where that differs. "
            + "Exit code: 0 nothing is wrong; 1 something is; 2 could not look.")
        {
            file, json,
        };
        command.SetAction(parsed => Run(console, parsed.GetRequiredValue(file), parsed.GetValue(json)));
        return command;
    }

    private static int Run(ToolConsole console, string path, bool isJson)
    {
        LintDocument document = LintDocument.From(path, PoolSetFile.Lint(path));
        if (isJson)
        {
            console.Output.WriteLine(DocumentJson.Of(document));
        }
        else
        {
            foreach (LintDocument.Issue issue in document.Issues)
            {
                console.Output.WriteLine(issue.ToLine(path));
            }

            console.Output.WriteLine($"{path}: {(document.IsUsable ? "can be used" : "cannot be used")}");
        }

        return document.IsUsable ? ExitCode.Success : ExitCode.AnswerIsNo;
    }
}
