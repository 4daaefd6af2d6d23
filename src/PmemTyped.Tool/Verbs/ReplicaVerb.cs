using System.CommandLine;
using System.Globalization;
using PmemTyped.Replication;
using PmemTyped.Tool.Documents;
using PmemTyped.Tool.Targets;

namespace PmemTyped.Tool.Verbs;

/// <summary>pmt replica: asks targets about their pools, compares and removes them.</summary>
internal static class ReplicaVerb
{
    private const long PageBytes = 4096;

    internal static Command Build(ToolConsole console) => new("replica", "Look at and work on the copies of pools that targets keep.")
    {
        Status(console),
        Verify(console),
        ReplicaResyncVerb.Build(console),
        ReplicaPromoteVerb.Build(console),
        Remove(console),
    };

    private static Command Status(ToolConsole console)
    {
        var place = new ReplicaPlace();
        Option<bool> json = JsonOption.New();
        var command = new Command("status", "Show what a pool of a target is like, without opening it. Exit code: 0 shown; 2 could not.");
        place.AddTo(command);
        command.Options.Add(json);
        command.SetAction(parsed => place.With(console, parsed, transport =>
        {
            ReplicaStatusDocument document = ReplicaStatusDocument.From(
                place.Address(parsed), place.Pool(parsed), RemotePool.Stat(transport, place.Pool(parsed)));
            if (parsed.GetValue(json))
            {
                console.Output.WriteLine(DocumentJson.Of(document));
            }
            else
            {
                FactsView.Write(console, [new FactsSection($"{document.Address} {document.Pool}", Facts(document))]);
            }

            return ExitCode.Success;
        }));
        return command;
    }

    private static Command Verify(ToolConsole console)
    {
        var place = new ReplicaPlace();
        var local = new Argument<string>("local") { Description = "The pool file or pool set file here; nobody may have it open." };
        Option<bool> json = JsonOption.New();
        var command = new Command(
            "verify",
            "Compare a pool of a target with a local one, except for the header page, and list the ranges that differ. Nobody may "
            + "have either open. Exit code: 0 equal; 1 they differ; 2 could not compare.");
        place.AddTo(command);
        command.Arguments.Add(local);
        command.Options.Add(json);
        command.SetAction(parsed => place.With(console, parsed, transport =>
        {
            ReplicaVerifyDocument document = Compare(
                console, transport, place.Address(parsed), place.Pool(parsed), parsed.GetRequiredValue(local));
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

    private static Command Remove(ToolConsole console)
    {
        var place = new ReplicaPlace();
        var force = new Option<bool>("--force", "-f") { Description = "Say nothing of what is missing. A pool in use is not removed all the same." };
        var setFile = new Option<bool>("--set-file", "-s") { Description = "Remove the set file too." };
        Option<bool> json = JsonOption.New();
        var command = new Command("remove", "Remove a pool of a target that nobody has open. Exit code: 0 done; 2 could not.");
        place.AddTo(command);
        command.Options.Add(force);
        command.Options.Add(setFile);
        command.Options.Add(json);
        command.SetAction(parsed => place.With(console, parsed, transport =>
        {
            bool withSetFile = parsed.GetValue(setFile);
            RemotePool.Remove(
                transport,
                place.Pool(parsed),
                (parsed.GetValue(force) ? RemoteRemove.Force : RemoteRemove.None) | (withSetFile ? RemoteRemove.PoolSet : RemoteRemove.None));
            var document = new ReplicaRemoveDocument(place.Address(parsed), place.Pool(parsed), withSetFile);
            console.Output.WriteLine(parsed.GetValue(json)
                ? DocumentJson.Of(document)
                : $"{document.Address} {document.Pool}: removed{(withSetFile ? ", with its set file" : string.Empty)}");
            return ExitCode.Success;
        }));
        return command;
    }

    private static ReplicaVerifyDocument Compare(
        ToolConsole console, IReplicaTransport transport, string address, string name, string path)
    {
        using LocalPool local = LocalPool.Open(path);
        long localBytes = local.Map.LengthBytes;
        long remoteBytes = RemotePool.Stat(transport, name).LimitBytes;
        long window = Math.Min(localBytes, remoteBytes) / PageBytes * PageBytes;
        using RemotePool remote = RemotePool.Open(transport, name, local.Map, new RemotePoolOptions { PoolBytes = window });
        IReadOnlyList<RemoteDifference> differences = ProgressView.Run(console, "Comparing", _ => remote.Verify());
        long compared = window - (remote.HasHeaders ? PageBytes : 0);
        return new ReplicaVerifyDocument(
            address, name, path, localBytes, remoteBytes, compared, differences.Count == 0 && localBytes == remoteBytes, differences);
    }

    private static void Tell(TextWriter output, ReplicaVerifyDocument document)
    {
        foreach (RemoteDifference difference in document.Differences)
        {
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"differs at 0x{difference.Offset:X}, {difference.LengthBytes} bytes"));
        }

        if (document.LocalBytes != document.RemoteBytes)
        {
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"sizes differ: {document.LocalBytes} bytes here, {document.RemoteBytes} there"));
        }

        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{document.Local}: {(document.IsEqual ? "equal to" : "differs from")} {document.Pool} at {document.Address}, {document.ComparedBytes} bytes compared"));
    }

    private static IEnumerable<(string Name, string Value)> Facts(ReplicaStatusDocument document)
    {
        yield return ("size", string.Create(CultureInfo.InvariantCulture, $"{document.LimitBytes} bytes ({ByteSize.Rounded(document.LimitBytes)})"));
        yield return ("in use", document.IsOpen ? "yes" : "no");
        yield return ("headers", document.HasHeaders ? document.IsSingleHeader ? "in the first part" : "in each part" : "none");
        if (document.HasHeaders)
        {
            yield return ("signature", document.Signature!);
            yield return ("major version", document.Major!.Value.ToString(CultureInfo.InvariantCulture));
            yield return ("pool set UUID", document.PoolSetUuid!.Value.ToString());
        }
    }
}
