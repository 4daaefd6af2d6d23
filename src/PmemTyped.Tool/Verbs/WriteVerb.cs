using System.CommandLine;
using PmemTyped.Blocks;
using PmemTyped.Tool.Documents;

namespace PmemTyped.Tool.Verbs;

/// <summary>
/// pmt write: stores one block from standard input. The input is complete and has the right size before the pool is
/// opened, so a refused or interrupted command changes nothing and holds no lock while it waits.
/// </summary>
internal static class WriteVerb
{
    internal static Command Build(ToolConsole console)
    {
        Argument<string> file = PoolFile.NewArgument();
        Argument<long> block = BlockNumber.NewArgument();
        var pad = new Option<bool>("--pad") { Description = "Fill a short block with zeros instead of refusing it." };
        Option<bool> json = JsonOption.New();
        var command = new Command(
            "write", "Store one block, read from standard input. It is persisted when the command ends.")
        {
            file,
            block,
            pad,
            json,
        };
        command.SetAction(parsed => Run(
            console,
            parsed.GetRequiredValue(file),
            parsed.GetRequiredValue(block),
            parsed.GetValue(pad),
            parsed.GetValue(json)));
        return command;
    }

    private static int Run(ToolConsole console, string path, long block, bool isPadding, bool isJson)
    {
        BlockPoolDescription description = BlockPool.Describe(path);
        if (block >= description.BlockCount)
        {
            return console.Fail(ExitCode.CouldNot, BlockNumber.OutOfRange(path, block, description.BlockCount));
        }

        byte[] content = new byte[description.BlockSize];
        using Stream input = console.OpenInput();
        int given = input.ReadAtLeast(content, content.Length, throwOnEndOfStream: false);
        if (given == content.Length && input.ReadByte() >= 0)
        {
            return console.Fail(ExitCode.CouldNot, FormattableString.Invariant(
                $"More than {given} bytes were given for a block of {content.Length}. Nothing was written."));
        }

        if (given < content.Length && !isPadding)
        {
            return console.Fail(ExitCode.CouldNot, FormattableString.Invariant(
                $"{given} bytes were given for a block of {content.Length}. Nothing was written; --pad fills with zeros."));
        }

        return Write(console, path, block, content, isJson);
    }

    private static int Write(ToolConsole console, string path, long block, byte[] content, bool isJson)
    {
        using BlockPool pool = BlockPool.Open(path, content.Length);
        if (pool.IsReadOnly)
        {
            return console.Fail(
                ExitCode.CouldNot,
                $"'{path}' has a feature that only allows reading it here. See 'pmt info'.");
        }

        pool.Write(block, content);
        if (isJson)
        {
            var written = new BlockDocument(block, BlockDocument.NameOf(BlockState.Normal), Content: null);
            console.Output.WriteLine(DocumentJson.Of(written));
        }

        return ExitCode.Success;
    }
}
