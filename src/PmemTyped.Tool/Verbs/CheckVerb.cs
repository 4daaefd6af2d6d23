using System.CommandLine;
using PmemTyped.Blocks;
using PmemTyped.Sets.PoolSets;
using PmemTyped.Tool.Documents;

namespace PmemTyped.Tool.Verbs;

/// <summary>pmt check: says whether a pool is consistent, and repairs it only when asked to.</summary>
internal static class CheckVerb
{
    internal static Command Build(ToolConsole console)
    {
        Argument<string> file = PoolFile.NewArgument();
        var repair = new Option<bool>("--repair", "-r")
        {
            Description = "Restore what intact structures prove. Without it nothing is changed.",
        };
        var dryRun = new Option<bool>("--dry-run", "-d")
        {
            Description = "With --repair: show what would be changed, and change nothing.",
        };
        var advanced = new Option<bool>("--advanced", "-a")
        {
            Description = "With --repair: also make changes that are not certain; blocks that cannot be trusted become bad.",
        };
        var backup = new Option<string?>("--backup", "-b")
        {
            Description = "With --repair: copy the file there before it is changed. Not for pool sets.",
            HelpName = "file",
        };
        var quiet = new Option<bool>("--quiet", "-q") { Description = "Say nothing; the exit code is the answer." };
        Option<bool> json = JsonOption.New();
        var command = new Command(
            "check",
            "Check whether a pool file or a pool set is consistent. Changes nothing unless --repair is given. "
            + "Exit code: 0 yes, also after a repair; 1 no; 2 could not look.")
        {
            file, repair, dryRun, advanced, backup, quiet, json,
        };
        command.Validators.Add(result =>
        {
            bool isMore = result.GetValue(dryRun) || result.GetValue(advanced) || result.GetValue(backup) is not null;
            if (isMore && !result.GetValue(repair))
            {
                result.AddError("--dry-run, --advanced and --backup need --repair.");
            }
        });
        command.SetAction(parsed =>
        {
            string path = parsed.GetRequiredValue(file);
            if (parsed.GetValue(backup) is not null && PoolSetFile.IsSetFile(path))
            {
                return console.Fail(ExitCode.CouldNot, $"--backup copies one file, and '{path}' names several. Copy its parts before, and leave --backup out.");
            }

            var output = new Answer(console, parsed.GetValue(json), parsed.GetValue(quiet));
            return parsed.GetValue(repair)
                ? Repair(output, path, parsed.GetValue(dryRun), parsed.GetValue(advanced), parsed.GetValue(backup))
                : Check(output, path);
        });
        return command;
    }

    private static int Check(Answer answer, string path)
    {
        CheckDocument document = CheckDocument.From(ProgressView.Run(
            answer.Console, "Checking", progress => BlockPool.Check(path, progress)));
        answer.Give(() => DocumentJson.Of(document), output => Write(output, document));
        return document.IsConsistent ? ExitCode.Success : ExitCode.AnswerIsNo;
    }

    private static int Repair(Answer answer, string path, bool isDryRun, bool isAdvanced, string? backup)
    {
        RepairDocument document = RepairDocument.From(ProgressView.Run(answer.Console, "Repairing", progress => isDryRun
            ? BlockPoolRepairer.Plan(path, isAdvanced, progress)
            : BlockPoolRepairer.Repair(path, isAdvanced, accept: backup is null ? null : CopyFirst, progress)));
        answer.Give(() => DocumentJson.Of(document), output => Write(output, document));
        bool isConsistent = document.IsApplied ? document.After.IsConsistent : document.Before.IsConsistent;
        return isConsistent ? ExitCode.Success : ExitCode.AnswerIsNo;

        // Called while the file is locked and unchanged.
        bool CopyFirst(BlockPoolRepair plan)
        {
            FileCopy.Make(path, backup!);
            return true;
        }
    }

    private static void Write(TextWriter output, RepairDocument document)
    {
        foreach (FindingDocument finding in document.Before.Findings)
        {
            output.WriteLine(finding.ToLine());
        }

        foreach (ChangeDocument change in document.Changes)
        {
            output.WriteLine(change.ToLine(document.IsApplied));
        }

        if (document.Changes.Count == 0)
        {
            Write(output, document.Before with { Findings = [], FindingCount = 0 });
            return;
        }

        Write(output, document.After);
        if (!document.IsApplied)
        {
            output.WriteLine("Nothing was changed; this is how it would be.");
        }
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

    /// <summary>Where and how the answer is given.</summary>
    private sealed record Answer(ToolConsole Console, bool IsJson, bool IsQuiet)
    {
        internal void Give(Func<string> json, Action<TextWriter> text)
        {
            if (IsJson)
            {
                Console.Output.WriteLine(json());
            }
            else if (!IsQuiet)
            {
                text(Console.Output);
            }
        }
    }
}
