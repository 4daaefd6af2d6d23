using System.CommandLine;
using System.Globalization;
using PmemTyped.Blocks;

namespace PmemTyped.Tool.Verbs;

/// <summary>pmt create blk: makes a pool file.</summary>
internal static class CreateVerb
{
    // What pmempool gives to the files it makes: 0664.
    private const UnixFileMode Mode =
        UnixFileMode.UserRead | UnixFileMode.UserWrite
        | UnixFileMode.GroupRead | UnixFileMode.GroupWrite
        | UnixFileMode.OtherRead;

    internal static Command Build(ToolConsole console) => new("create", "Make a new pool file.")
    {
        BuildBlock(console),
    };

    private static Command BuildBlock(ToolConsole console)
    {
        var blockSize = new Argument<long>("bsize")
        {
            Description = "Bytes per block. K, M, G and T are powers of 1024.",
            CustomParser = ByteSize.Parse,
        };
        var file = new Argument<string>("file") { Description = "Path of the new file; it must not exist." };
        var size = new Option<long>("--size", "-s")
        {
            Description = "Bytes of the file, for example 64M. If not given, those of the smallest pool.",
            HelpName = "size",
            CustomParser = ByteSize.Parse,
            DefaultValueFactory = _ => BlockPool.MinPoolBytes,
        };
        var quiet = new Option<bool>("--quiet", "-q") { Description = "Do not say what was made." };
        var command = new Command("blk", "Make a pool of blocks, each of which is written as a whole or not at all.")
        {
            blockSize,
            file,
            size,
            quiet,
        };
        command.SetAction(parsed => Run(
            console,
            parsed.GetRequiredValue(file),
            parsed.GetRequiredValue(blockSize),
            parsed.GetRequiredValue(size),
            parsed.GetValue(quiet)));
        return command;
    }

    private static int Run(ToolConsole console, string path, long blockSize, long poolBytes, bool isQuiet)
    {
        if (blockSize is < 1 or > int.MaxValue)
        {
            return console.Fail(ExitCode.CouldNot, string.Create(
                CultureInfo.InvariantCulture,
                $"A block of {blockSize} bytes is not possible. Give a block size of 1 to {int.MaxValue} bytes."));
        }

        // The signal that comes while the file is being made must not leave half of it behind.
        using InterruptHold interrupt = console.HoldInterrupts();
        try
        {
            using BlockPool pool = BlockPool.Create(
                path, (int)blockSize, poolBytes, new BlockPoolOptions { Mode = Mode });
            if (interrupt.IsRequested)
            {
                File.Delete(path);
                return console.Fail(ExitCode.CouldNot, $"Interrupted. '{path}' was removed again.");
            }

            if (!isQuiet)
            {
                console.Output.WriteLine(Summary(pool));
            }

            return ExitCode.Success;
        }
        catch (ArgumentException e)
        {
            return console.Fail(ExitCode.CouldNot, WithoutParameter(e));
        }
    }

    private static string Summary(BlockPool pool) => string.Create(
        CultureInfo.InvariantCulture,
        $"{pool.Path}: {pool.BlockCount} blocks of {pool.BlockSize} bytes, {pool.Durability}");

    // The runtime names the parameter of our own call behind the message, which means nothing to the user.
    private static string WithoutParameter(ArgumentException e) =>
        e.Message.Replace($" (Parameter '{e.ParamName}')", string.Empty, StringComparison.Ordinal);
}
