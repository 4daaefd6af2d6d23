using System.CommandLine;
using PmemTyped.Blocks;
using PmemTyped.Sets.PoolSets;
using PmemTyped.Tool.Documents;

namespace PmemTyped.Tool.Verbs;

/// <summary>pmt transform: adds or removes replicas of a pool, or its option SINGLEHDR.</summary>
internal static class TransformVerb
{
    internal static Command Build(ToolConsole console)
    {
        Argument<string> from = SyncVerb.NewSetArgument("from", "The pool set file of the pool as it is; nobody may have it open.");
        Argument<string> to = SyncVerb.NewSetArgument("to", "The pool set file of the pool as it shall be. It is used from then on.");
        Option<bool> dryRun = SyncVerb.NewDryRunOption();
        Option<bool> json = JsonOption.New();
        var command = new Command(
            "transform",
            "Add replicas to a pool, or remove some, or set or clear OPTION SINGLEHDR. Files of removed replicas are deleted; a "
            + "change of the option writes all parts anew, beside the old ones until they are whole. After an interruption "
            + "'pmt sync' of the new set file completes it, and a change of the option the same command. Exit code: 0 done; 2 could not.")
        {
            from, to, dryRun, json,
        };
        command.SetAction(parsed => Run(
            console,
            PoolSetFile.Load(parsed.GetRequiredValue(from), PoolSetReading.Compatible),
            PoolSetFile.Load(parsed.GetRequiredValue(to), PoolSetReading.Compatible),
            parsed.GetValue(dryRun),
            parsed.GetValue(json)));
        return command;
    }

    private static int Run(ToolConsole console, PoolSetFile from, PoolSetFile to, bool isDryRun, bool isJson)
    {
        TransformDocument document = TransformDocument.From(ProgressView.Run(console, "Transforming", progress => isDryRun
            ? PoolSetTransform.Plan(from, to, BlockPool.Signature)
            : PoolSetTransform.Run(from, to, BlockPool.Signature, progress)));
        if (isJson)
        {
            console.Output.WriteLine(DocumentJson.Of(document));
            return ExitCode.Success;
        }

        foreach (string path in document.Added)
        {
            console.Output.WriteLine($"{(isDryRun ? "would make" : "made")} '{path}'");
        }

        foreach (string path in document.Removed)
        {
            console.Output.WriteLine($"{(isDryRun ? "would delete" : "deleted")} '{path}'");
        }

        foreach (string path in document.Rewritten)
        {
            console.Output.WriteLine($"{(isDryRun ? "would rewrite" : "rewrote")} '{path}'");
        }

        return ExitCode.Success;
    }
}
