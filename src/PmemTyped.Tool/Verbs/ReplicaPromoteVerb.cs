using System.CommandLine;
using PmemTyped.Mapping;
using PmemTyped.Replication;
using PmemTyped.Tool.Documents;
using PmemTyped.Tool.Targets;

namespace PmemTyped.Tool.Verbs;

/// <summary>pmt replica promote: makes the copy on this machine the one that writes.</summary>
internal static class ReplicaPromoteVerb
{
    internal static Command Build(ToolConsole console)
    {
        var others = new ReplicaOthers();
        var force = new Option<bool>("--force", "-f")
        {
            Description = "Promote without promises of the others and without comparing histories: acknowledged writes may be lost, and "
                + "the history says so for ever. Not a copy in the middle of a resync.",
        };
        var dry = new Option<bool>("--dry-run", "-d") { Description = "Only say whether it would be promoted." };
        Option<bool> json = JsonOption.New();
        var command = new Command(
            "promote",
            "Make the copy of a pool on this machine the primary, and fence the old one: enough other copies promise not to obey it any "
            + "more, and say that this one lacks no acknowledged write. Nobody may have the pool open. Exit code: 0 promoted, or it "
            + "would be; 1 it may not be; 2 could not.");
        others.AddTo(command);
        command.Options.Add(force);
        command.Options.Add(dry);
        command.Options.Add(json);
        command.SetAction(parsed => others.With(console, parsed, peers =>
        {
            try
            {
                ReplicaPromoteDocument document = Promote(others.Pool(parsed), peers, parsed.GetValue(force), parsed.GetValue(dry));
                console.Output.WriteLine(parsed.GetValue(json) ? DocumentJson.Of(document) : Sentence(document));
                return document.MayBePromoted ? ExitCode.Success : ExitCode.AnswerIsNo;
            }
            catch (PmemInUseException e)
            {
                return console.Fail(
                    ExitCode.CouldNot,
                    e.Message + " If it is the target here, do not stop it: it lets go when the writer is gone, at most 'sessionMs' (15 s by default) later. Then try again.");
            }
        }));
        return command;
    }

    private static ReplicaPromoteDocument Promote(string path, IReadOnlyList<ReplicaPeer> peers, bool force, bool isTrial)
    {
        try
        {
            ReplicaMetadata found = ReplicaPromotion.PromoteHere(path, peers, force, isTrial);
            return ReplicaPromoteDocument.From(path, in found, !isTrial, refusal: null);
        }
        catch (ReplicaConflictException e)
        {
            ReplicaMetadata mine = e.Mine;
            return ReplicaPromoteDocument.From(path, in mine, isPromoted: false, e.Message);
        }
    }

    private static string Sentence(ReplicaPromoteDocument document) => document switch
    {
        { Refusal: { } refusal } => $"{document.Pool}: not promoted: {refusal}",
        { IsPromoted: true } => $"{document.Pool}: promoted: {document.History}",
        _ => $"{document.Pool}: would be promoted: {document.History}",
    };
}
