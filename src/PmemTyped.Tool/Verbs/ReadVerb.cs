using System.CommandLine;
using PmemTyped.Blocks;
using PmemTyped.Tool.Documents;

namespace PmemTyped.Tool.Verbs;

/// <summary>pmt read: prints one block and changes nothing, because the pool is opened read-only.</summary>
internal static class ReadVerb
{
    internal static Command Build(ToolConsole console)
    {
        Argument<string> file = PoolFile.NewArgument();
        Argument<long> block = BlockNumber.NewArgument();
        var hex = new Option<bool>("--hex") { Description = "Print a hex dump; this is the default." };
        var raw = new Option<bool>("--raw") { Description = "Print the bytes of the block and nothing else." };
        Option<bool> json = JsonOption.New();
        var command = new Command("read", "Print one block. Changes nothing.") { file, block, hex, raw, json };
        command.Validators.Add(result =>
        {
            if (new[] { hex, raw, json }.Count(o => result.GetValue(o)) > 1)
            {
                result.AddError("--hex and --raw exclude each other, and --json excludes both.");
            }
        });
        command.SetAction(parsed => Run(
            console,
            parsed.GetRequiredValue(file),
            parsed.GetRequiredValue(block),
            parsed.GetValue(raw),
            parsed.GetValue(json)));
        return command;
    }

    private static int Run(ToolConsole console, string path, long block, bool isRaw, bool isJson)
    {
        using BlockPool pool = BlockPool.OpenReadOnly(path);
        if (block >= pool.BlockCount)
        {
            return console.Fail(ExitCode.CouldNot, BlockNumber.OutOfRange(path, block, pool.BlockCount));
        }

        byte[] content = new byte[pool.BlockSize];
        BlockState state = pool.TryRead(block, content);
        if (isJson)
        {
            console.Output.WriteLine(DocumentJson.Of(BlockDocument.From(block, state, content)));
            return state == BlockState.Error ? ExitCode.AnswerIsNo : ExitCode.Success;
        }

        switch (state)
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
