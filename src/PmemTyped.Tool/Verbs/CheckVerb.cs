using System.CommandLine;
using PmemTyped.Blocks;
using PmemTyped.Tool.Documents;

namespace PmemTyped.Tool.Verbs;

/// <summary>pmt check: says whether a pool is consistent and changes nothing.</summary>
internal static class CheckVerb
{
    internal static Command Build(ToolConsole console)
    {
        Argument<string> file = PoolFile.NewArgument();
        var json = new Option<bool>("--json") { Description = "Print JSON instead of text." };
        var command = new Command(
            "check",
            "Check whether a pool file is consistent. Changes nothing. Exit code: 0 yes, 1 no, 2 could not look.")
        {
            file,
            json,
        };
        command.SetAction(parsed => Run(console, parsed.GetRequiredValue(file), parsed.GetValue(json)));
        return command;
    }

    private static int Run(ToolConsole console, string path, bool isJson)
    {
        CheckDocument document = CheckDocument.From(BlockPool.Check(path));
        if (isJson)
        {
            console.Output.WriteLine(DocumentJson.Of(document));
        }
        else
        {
            Write(console.Output, document);
        }

        return document.IsConsistent ? ExitCode.Success : ExitCode.AnswerIsNo;
    }

    private static void Write(TextWriter output, CheckDocument document)
    {
        foreach (FindingDocument finding in document.Findings)
        {
            output.WriteLine(finding.ToLine());
        }

        long unlisted = document.FindingCount - document.Findings.Count;
        if (unlisted > 0)
        {
            output.WriteLine(FormattableString.Invariant($"and {unlisted} more"));
        }

        output.WriteLine($"{document.Path}: {(document.IsConsistent ? "consistent" : "not consistent")}");
    }
}
