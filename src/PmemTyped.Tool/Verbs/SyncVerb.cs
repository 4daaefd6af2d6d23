using System.CommandLine;
using PmemTyped.Blocks;
using PmemTyped.Sets.PoolSets;
using PmemTyped.Tool.Documents;

namespace PmemTyped.Tool.Verbs;

/// <summary>pmt sync: makes broken replicas of a pool equal to a sound one.</summary>
internal static class SyncVerb
{
    internal static Command Build(ToolConsole console)
    {
        Argument<string> file = NewSetArgument("file", "The pool set file; nobody may have the pool open.");
        Option<bool> dryRun = NewDryRunOption();
        Option<bool> json = JsonOption.New();
        var command = new Command(
            "sync",
            "Rebuild missing, damaged and stale replicas of a pool from a sound one. Can be interrupted and repeated. "
            + "Exit code: 0 done, or nothing to do; 1 with --dry-run: something is to be done; 2 could not.")
        {
            file, dryRun, json,
        };
        command.SetAction(parsed => Run(
            console, parsed.GetRequiredValue(file), parsed.GetValue(dryRun), parsed.GetValue(json)));
        return command;
    }

    internal static Argument<string> NewSetArgument(string name, string description) => new(name) { Description = description };

    internal static Option<bool> NewDryRunOption() => new("--dry-run", "-d")
    {
        Description = "Show what would be done, and change nothing.",
    };

    private static int Run(ToolConsole console, string path, bool isDryRun, bool isJson)
    {
        PoolSetFile set = PoolSetFile.Load(path, PoolSetReading.Compatible);
        SyncDocument document = SyncDocument.From(path, ProgressView.Run(console, "Synchronising", progress => isDryRun
            ? PoolSetSync.Plan(set, BlockPool.Signature, progress)
            : PoolSetSync.Run(set, BlockPool.Signature, progress)));
        if (isJson)
        {
            console.Output.WriteLine(DocumentJson.Of(document));
        }
        else
        {
            foreach (SyncDocument.Defect defect in document.Defects)
            {
                console.Output.WriteLine($"{(isDryRun ? "would rebuild" : "rebuilt")} {defect.ToLine()}");
            }

            console.Output.WriteLine(document.Defects.Count == 0
                ? $"{path}: all replicas are equal"
                : FormattableString.Invariant($"{path}: {(isDryRun ? "would be" : "was")} copied from replica {document.SourceReplica}"));
        }

        return isDryRun && document.Defects.Count > 0 ? ExitCode.AnswerIsNo : ExitCode.Success;
    }
}
