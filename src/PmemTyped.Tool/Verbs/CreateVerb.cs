using System.CommandLine;
using System.Globalization;
using PmemTyped.Blocks;
using PmemTyped.Sets.PoolSets;
using PmemTyped.Tool.Documents;

namespace PmemTyped.Tool.Verbs;

/// <summary>pmt create blk: makes a pool file.</summary>
internal static class CreateVerb
{
    internal static Command Build(ToolConsole console) => new("create", "Make a new pool file.")
    {
        BuildBlock(console),
    };

    private static Command BuildBlock(ToolConsole console)
    {
        var options = new CreateOptions();
        var command = new Command("blk", "Make a pool of blocks, each of which is written as a whole or not at all.");
        options.AddTo(command);
        command.SetAction(parsed => Run(console, options.Order(parsed), options.Manner(parsed)));
        return command;
    }

    private static int Run(ToolConsole console, PoolOrder order, CreateManner manner)
    {
        if (order.BlockSize is < 1 or > int.MaxValue)
        {
            return console.Fail(ExitCode.CouldNot, string.Create(
                CultureInfo.InvariantCulture,
                $"A block of {order.BlockSize} bytes is not possible. Give a block size of 1 to {int.MaxValue} bytes."));
        }

        if (manner.IsVerbose)
        {
            string size = order.PoolBytes?.ToString(CultureInfo.InvariantCulture) ?? "all";
            string mode = Convert.ToString((int)order.Mode, 8);
            console.Note(string.Create(
                CultureInfo.InvariantCulture,
                $"making '{order.Path}', {size} bytes, mode 0{mode}, blocks of {order.BlockSize} bytes"));
        }

        // The signal that comes while the file is being made must not leave half of it behind.
        using InterruptHold interrupt = console.HoldInterrupts();
        try
        {
            if (manner.IsForced && File.Exists(order.Path))
            {
                ThrowIfTooSmall(order);
                PoolRemoval.Remove(order.Path, ignoresMissing: true);
            }

            using BlockPool pool = ProgressView.Run(console, "Creating", _ => Make(order));
            if (interrupt.IsRequested && order.PoolBytes is not null)
            {
                File.Delete(order.Path);
                return console.Fail(ExitCode.CouldNot, $"Interrupted. '{order.Path}' was removed again.");
            }

            if (manner.WritesLayout)
            {
                // As pmempool does it; the block is a zero block afterwards.
                pool.SetError(0);
                pool.SetZero(0);
            }

            Tell(console, pool, manner);
            return ExitCode.Success;
        }
        catch (ArgumentException e)
        {
            return console.Fail(ExitCode.CouldNot, WithoutParameter(e));
        }
    }

    // Before anything is removed for it.
    private static void ThrowIfTooSmall(PoolOrder order)
    {
        long least = BlockPool.PoolBytesFor((int)order.BlockSize, 1);
        if (order.PoolBytes < least)
        {
            throw new NotSupportedException(string.Create(
                CultureInfo.InvariantCulture,
                $"A pool of {order.PoolBytes} bytes is too small for blocks of {order.BlockSize}; the minimum is {least}. '{order.Path}' was left alone."));
        }
    }

    private static BlockPool Make(PoolOrder order) => order.IsSet
        ? BlockPool.CreateInSet(order.Path, (int)order.BlockSize, new BlockPoolOptions { Mode = order.Mode })
        : order.PoolBytes is { } poolBytes
        ? BlockPool.Create(order.Path, (int)order.BlockSize, poolBytes, new BlockPoolOptions { Mode = order.Mode })
        : BlockPool.CreateInFile(order.Path, (int)order.BlockSize);

    private static void Tell(ToolConsole console, BlockPool pool, CreateManner manner)
    {
        if (manner.IsJson)
        {
            console.Output.WriteLine(DocumentJson.Of(new CreatedDocument(
                pool.Path, pool.BlockSize, pool.BlockCount, pool.IsLaidOut, pool.Durability.ToString())));
        }
        else if (!manner.IsQuiet)
        {
            console.Output.WriteLine(Summary(pool));
        }
    }

    private static string Summary(BlockPool pool) => string.Create(
        CultureInfo.InvariantCulture,
        $"{pool.Path}: {pool.BlockCount} blocks of {pool.BlockSize} bytes, {pool.Durability}");

    // The runtime names the parameter of our own call behind the message, which means nothing to the user.
    private static string WithoutParameter(ArgumentException e) =>
        e.Message.Replace($" (Parameter '{e.ParamName}')", string.Empty, StringComparison.Ordinal);
}
