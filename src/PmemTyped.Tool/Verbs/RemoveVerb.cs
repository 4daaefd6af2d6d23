using System.CommandLine;
using PmemTyped.Tool.Documents;

namespace PmemTyped.Tool.Verbs;

/// <summary>pmt rm: removes pool files that nobody has open.</summary>
internal static class RemoveVerb
{
    internal static Command Build(ToolConsole console)
    {
        var files = new Argument<string[]>("files")
        {
            Description = "The pool files or pool set files; nobody may have them open. Of a set the parts are removed.",
            Arity = ArgumentArity.OneOrMore,
        };
        var force = new Option<bool>("--force", "-f") { Description = "Say nothing about files that do not exist." };
        var all = new Option<bool>("--all", "-a") { Description = "Remove pool set files too, not only their parts.", Aliases = { "-l", "--local" } };
        var verbose = new Option<bool>("--verbose", "-v") { Description = "Say what was removed." };
        var interactive = new Option<bool>("--interactive", "-i") { Description = "Ask before every file." };
        Option<bool> json = JsonOption.New();
        var command = new Command("rm", "Remove pool files. A file that somebody has open is not removed.")
        {
            files, force, all, verbose, interactive, json,
        };
        command.SetAction(parsed => Run(
            console,
            parsed.GetRequiredValue(files),
            parsed.GetValue(force),
            parsed.GetValue(all),
            parsed.GetValue(verbose),
            parsed.GetValue(interactive),
            parsed.GetValue(json)));
        return command;
    }

    private static int Run(
        ToolConsole console, string[] files, bool isForced, bool isAll, bool isVerbose, bool isInteractive, bool isJson)
    {
        using StreamReader? answers = isInteractive ? new StreamReader(console.OpenInput()) : null;
        var removed = new List<RemovedDocument>();
        int exitCode = ExitCode.Success;
        foreach (string path in files)
        {
            bool isWanted = (!isForced || Path.Exists(path)) && (answers is null || IsAgreed(console, answers, path));
            bool isRemoved = isWanted && TryRemove(console, path, isForced, isAll, ref exitCode);
            removed.Add(new RemovedDocument(path, isRemoved));
            if (isRemoved && isVerbose && !isJson)
            {
                console.Output.WriteLine($"{path}: removed");
            }
        }

        if (isJson)
        {
            console.Output.WriteLine(DocumentJson.Of(removed));
        }

        return exitCode;
    }

    private static bool TryRemove(ToolConsole console, string path, bool isForced, bool isAll, ref int exitCode)
    {
        try
        {
            PoolRemoval.Remove(path, isForced, isAll);
            return true;
        }
        catch (Exception e) when (e is PmemException or IOException or UnauthorizedAccessException)
        {
            exitCode = console.Fail(ExitCode.CouldNot, e.Message);
            return false;
        }
    }

    private static bool IsAgreed(ToolConsole console, StreamReader answers, string path)
    {
        console.Error.Write($"remove '{path}'? [y/N] ");
        return answers.ReadLine()?.Trim().ToUpperInvariant() is "Y" or "YES";
    }
}
