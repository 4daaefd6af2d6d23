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

        try
        {
            GrownDocument grown = !isSet && size is { } added
                ? GrowFile(path, added)
                : Grow(path, pool => isSet && size is { } partBytes
                    ? pool.Grow(partBytes, [.. parts.Select(Path.GetFullPath)])
                    : pool.Grow());
            console.Output.WriteLine(isJson
                ? DocumentJson.Of(grown)
                : string.Create(
                    CultureInfo.InvariantCulture, $"{path}: {grown.BlocksGained} blocks more, {grown.BlockCount} in all"));
            return ExitCode.Success;
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException and not ObjectDisposedException)
        {
            return console.Fail(ExitCode.CouldNot, e.Message);
        }
    }

    private static GrownDocument Grow(string path, Func<BlockPool, long> grow)
    {
        using BlockPool pool = BlockPool.Open(path);
        long gained = grow(pool);
        return new GrownDocument(path, gained, pool.BlockCount);
    }

    // A longer file whose pool has not grown is one that pmempool calls damaged, so it gets its former size again. A pool
    // without layout has as many blocks as its file has room for, without growing.
    private static GrownDocument GrowFile(string path, long added)
    {
        long blocks = BlockPool.Describe(path).BlockCount;
        (long before, long after) = Lengthen(path, added);
        bool isUsed = false;
        try
        {
            GrownDocument grown = Grow(path, pool => pool.Grow());
            isUsed = grown.BlockCount > blocks;
            return grown with { BlocksGained = grown.BlockCount - blocks };
        }
        catch (Exception e) when (e is PmemFaultedException or PmemIOException)
        {
            // In the middle, perhaps: the next open needs the size that the pool was growing to.
            isUsed = true;
            throw;
        }
        finally
        {
            if (!isUsed)
            {
                Shorten(path, before, after);
            }
        }
    }

    private static (long Before, long After) Lengthen(string path, long added)
    {
        using PmemSource source = PmemSource.Open(path);
        source.LockExclusive("grow");
        long before = source.GetLengthBytes();
        if (added > long.MaxValue - before)
        {
            throw new NotSupportedException(string.Create(
                CultureInfo.InvariantCulture, $"Cannot grow '{path}' by {added} bytes: no file can be that long. Give a smaller size."));
        }

        source.Grow(before + added);
        source.SyncMetadata();
        return (before, before + added);
    }

    private static void Shorten(string path, long before, long after)
    {
        using PmemSource source = PmemSource.Open(path);
        source.LockExclusive("cut back");

        // Who came between may have used the room.
        if (source.GetLengthBytes() == after)
        {
            source.DangerousCut(before);
            source.SyncMetadata();
        }
    }
}
