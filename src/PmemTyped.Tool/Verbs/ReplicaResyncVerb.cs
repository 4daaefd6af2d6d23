using System.CommandLine;
using System.Globalization;
using PmemTyped.Mapping;
using PmemTyped.Replication;
using PmemTyped.Tool.Documents;
using PmemTyped.Tool.Targets;

namespace PmemTyped.Tool.Verbs;

/// <summary>pmt replica resync: brings the replicas of a pool up to date, while no program has it open.</summary>
internal static class ReplicaResyncVerb
{
    internal static Command Build(ToolConsole console)
    {
        var others = new ReplicaOthers();
        Option<bool> json = JsonOption.New();
        var command = new Command(
            "resync",
            "Bring all replicas of a pool of this machine up to date, as their histories say: only what they missed, or all regions "
            + "compared by hashes. Run again it goes on where it was. A program that has the pool open does this itself. Exit code: 0 "
            + "all are equal; 1 a replica is not reached or may not be overwritten; 2 could not.");
        others.AddTo(command);
        command.Options.Add(json);
        command.SetAction(parsed => others.With(console, parsed, peers =>
        {
            ReplicaResyncDocument document = Run(console, others.Pool(parsed), peers);
            if (parsed.GetValue(json))
            {
                console.Output.WriteLine(DocumentJson.Of(document));
            }
            else
            {
                Tell(console.Output, document);
            }

            return document.IsEqual ? ExitCode.Success : ExitCode.AnswerIsNo;
        }));
        return command;
    }

    private static ReplicaResyncDocument Run(ToolConsole console, string path, IReadOnlyList<ReplicaPeer> peers)
    {
        using LocalPool local = LocalPool.Open(path);
        using ReplicaPrimary primary = ReplicaPrimary.Open(path, local.Map.LengthBytes, peers);
        List<ReplicaResyncedDocument> done = [];
        foreach (ReplicaPeer peer in peers)
        {
            done.Add(ProgressView.Run(console, $"Copy {peer.Number}", progress => Resync(primary, local.Map, peer, progress)));
        }

        return new ReplicaResyncDocument(path, done.All(d => d.Failure is null), done);
    }

    private static ReplicaResyncedDocument Resync(ReplicaPrimary primary, PmemMap local, ReplicaPeer peer, IProgress<double>? progress)
    {
        long total = 0;
        var options = new ResyncOptions
        {
            Progress = p =>
            {
                total = Math.Max(total, p.RegionsLeft + p.RegionsCompared);
                progress?.Report(1 - ((double)p.RegionsLeft / Math.Max(total, 1)));
            },
        };
        try
        {
            using RemotePool pool = RemotePool.Open(peer.Transport, peer.Name, local, new RemotePoolOptions { Epoch = primary.Epoch });
            ResyncProgress done = primary.Resync(pool, peer.Number, options);
            return new ReplicaResyncedDocument(
                peer.Number, peer.Transport.Name, peer.Name, done.Direction.ToString(), done.RegionsCompared, done.RegionsSent, done.BytesSent, null);
        }
        catch (Exception e) when (e is RemotePoolException or ReplicaConflictException)
        {
            return new ReplicaResyncedDocument(peer.Number, peer.Transport.Name, peer.Name, null, 0, 0, 0, e.Message);
        }
    }

    private static void Tell(TextWriter output, ReplicaResyncDocument document)
    {
        foreach (ReplicaResyncedDocument replica in document.Replicas)
        {
            output.WriteLine(replica.Failure is { } failure
                ? string.Create(CultureInfo.InvariantCulture, $"copy {replica.Number}, {replica.Name} at {replica.Address}: not brought up to date: {failure}")
                : string.Create(
                    CultureInfo.InvariantCulture,
                    $"copy {replica.Number}, {replica.Name} at {replica.Address}: equal, {replica.RegionsCompared} regions compared, {replica.RegionsSent} sent, {replica.BytesSent} bytes"));
        }
    }
}
