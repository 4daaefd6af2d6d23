using System.CommandLine;
using System.Globalization;
using PmemTyped.Blocks;
using PmemTyped.Mapping;
using PmemTyped.Sets.PoolSets;
using PmemTyped.Tool.Documents;

namespace PmemTyped.Tool.Verbs;

/// <summary>pmt grow: gives a pool more blocks.</summary>
internal static class GrowVerb
{
    internal static Command Build(ToolConsole console)
    {
        Argument<string> file = PoolFile.NewArgument();
        var size = new Option<long?>("--size", "-s")
        {
            Description = "Bytes to add, for example 64M; in a set, to each replica. If not given, what the files offer is used.",
            HelpName = "size",
            CustomParser = result => ByteSize.Parse(result),
        };
        var parts = new Option<string[]>("--part", "-p")
        {
            Description = "Path of a new part, one for each replica; none in a set of directories or for a pool in one file.",
            HelpName = "file",
        };
        Option<bool> json = JsonOption.New();
        var command = new Command(
            "grow",
            "Give a pool more blocks. It stays one that libpmemblk can use. Can be interrupted and repeated; without --size "
            + "an interrupted growth is completed. Exit code: 0 done, or no room to use; 2 could not.")
        {
            file, size, parts, json,
        };
        command.SetAction(parsed => Run(
            console, parsed.GetRequiredValue(file), parsed.GetValue(size), parsed.GetValue(parts) ?? [], parsed.GetValue(json)));
        return command;
    }

    private static int Run(ToolConsole console, string path, long? size, string[] parts, bool isJson)
    {
        bool isSet = PoolSetFile.IsSetFile(path);
        if (parts.Length > 0 && (!isSet || size is null))
        {
            return console.Fail(ExitCode.CouldNot, "--part is for pool sets, and needs --size.");
        }

        if (!isSet && size is { } added)
        {
            Lengthen(path, added);
        }

        try
        {
            using BlockPool pool = BlockPool.Open(path);
            long gained = isSet && size is { } partBytes
                ? pool.Grow(partBytes, [.. parts.Select(Path.GetFullPath)])
                : pool.Grow();
            console.Output.WriteLine(isJson
                ? DocumentJson.Of(new GrownDocument(path, gained, pool.BlockCount))
                : string.Create(CultureInfo.InvariantCulture, $"{path}: {gained} blocks more, {pool.BlockCount} in all"));
            return ExitCode.Success;
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException and not ObjectDisposedException)
        {
            return console.Fail(ExitCode.CouldNot, e.Message);
        }
    }

    // Only a file that is a pool: what is made longer stays longer.
    private static void Lengthen(string path, long added)
    {
        _ = BlockPool.Describe(path);
        using PmemSource source = PmemSource.Open(path);
        source.LockExclusive("grow");
        source.Grow(checked(source.GetLengthBytes() + added));
        source.SyncMetadata();
    }
}
