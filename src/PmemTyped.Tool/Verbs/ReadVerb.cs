using System.CommandLine;
using PmemTyped.Blocks;

namespace PmemTyped.Tool.Verbs;

/// <summary>pmt read: prints one block. Opening the pool completes the writes that a crash interrupted.</summary>
internal static class ReadVerb
{
    internal static Command Build(ToolConsole console)
    {
        Argument<string> file = PoolFile.NewArgument();
        Argument<long> block = BlockNumber.NewArgument();
        var hex = new Option<bool>("--hex") { Description = "Print a hex dump; this is the default." };
        var raw = new Option<bool>("--raw") { Description = "Print the bytes of the block and nothing else." };
        var command = new Command(
            "read", "Print one block. Opening the pool completes the writes that a crash interrupted.")
        {
            file,
            block,
            hex,
            raw,
        };
        command.Validators.Add(result =>
        {
            if (result.GetValue(hex) && result.GetValue(raw))
            {
                result.AddError("--hex and --raw exclude each other.");
            }
        });
        command.SetAction(parsed => Run(
            console, parsed.GetRequiredValue(file), parsed.GetRequiredValue(block), parsed.GetValue(raw)));
        return command;
    }

    private static int Run(ToolConsole console, string path, long block, bool isRaw)
    {
        using BlockPool pool = BlockPool.Open(path);
        if (block >= pool.BlockCount)
        {
            return console.Fail(ExitCode.CouldNot, BlockNumber.OutOfRange(path, block, pool.BlockCount));
        }

        byte[] content = new byte[pool.BlockSize];
        switch (pool.TryRead(block, content))
        {
            case BlockState.Error:
                throw new BadBlockException(path, block);
            case BlockState.Initial:
                console.Note(FormattableString.Invariant($"Block {block} was never written. It reads as zeros."));
                break;
            case BlockState.Zero:
                console.Note(FormattableString.Invariant($"Block {block} was set to zero."));
                break;
        }

        Write(console, content, isRaw);
        return ExitCode.Success;
    }

    private static void Write(ToolConsole console, byte[] content, bool isRaw)
    {
        if (!isRaw)
        {
            HexDump.Write(console.Output, content);
            return;
        }

        using Stream output = console.OpenOutput();
        output.Write(content);
        output.Flush();
    }
}
